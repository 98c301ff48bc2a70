"""Floor 5: question -> passages -> prompt -> model -> checked, cited answer."""
