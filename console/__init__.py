"""Pages: the public clause page that replies link to, and the page to try the account on."""
