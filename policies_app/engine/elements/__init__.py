"""Reading the elements of a document, one module an element, from the values of JSON to the language's own values."""
