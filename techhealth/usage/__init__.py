"""Events → additive sums. One definition of the rollup for every engine and door."""
