"""Speed: the provider beside other servers, the instance beside `http.client`; `make bench` writes the page."""
