"""The bytes of files: where they come from, how they are packed and written."""
