"""Reading the elements of a document, one module an element, from JSON with places to the language's own values."""
