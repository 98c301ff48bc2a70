"""What is known of text, once: words, codes, numerals, language, sentences, script."""
