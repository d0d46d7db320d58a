"""Results in words, plots, HTML, PDF, Excel, and the model card."""
