"""HttpURLConnection, commons-httpclient 3.1 and HttpClient 4.5: endpoints, requests, answers, retries."""
