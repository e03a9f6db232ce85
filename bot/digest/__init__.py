"""What the coordinators get: digests when they are due, figures, pictures, the workbook, the package to pass on."""
