"""Tables of text, workbooks and Parquet → records."""
