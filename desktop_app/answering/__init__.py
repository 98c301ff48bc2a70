"""Floor 4: question -> passages -> prompt -> model -> checked, cited answer."""
