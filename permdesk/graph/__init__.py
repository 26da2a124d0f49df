"""Microsoft Graph: a client that can only read, the payloads it gets, and the reader that makes a scan of them."""
