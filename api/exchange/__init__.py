"""Data in and out in the formats of the intake: a folder of CSV files, or one workbook."""
