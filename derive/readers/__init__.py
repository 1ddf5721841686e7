"""What is made of the generated files for people: pictures, exhibits, a web site, PDF files."""
