package dev.warren.crypto;

/**
 * One source of cryptography: who seals, who agrees, and how the log calls them.
 *
 * <p><b>Owner:</b> any thread; immutable.
 *
 * @param description names the library and its version, such as "OpenSSL 3.0.20 (libcrypto.so.3)"
 * @param aead makes the transport's AEADs
 * @param x25519 makes private keys
 */
public record CryptoEngine(String description, AeadEngine aead, X25519 x25519) {}
