"""MLflow: runs, versions, the champion, and the file that keeps them."""
