/**
 * ChaCha20-Poly1305 and X25519 of OpenSSL and its descendants BoringSSL and AWS-LC, called through
 * {@code java.lang.foreign}.
 *
 * <h2>Job</h2>
 *
 * <p>Find the libraries that the system already has, check that they work, and make their contexts
 * look like {@link dev.warren.crypto.Aead} and {@link dev.warren.crypto.PrivateKey}.
 *
 * <h2>In</h2>
 *
 * <p>Keys, and packets in native memory, whose addresses are handed to the library as they are.
 *
 * <h2>Out</h2>
 *
 * <p>Sealed or opened packets in the same place, shared secrets, or false.
 *
 * <h2>May use</h2>
 *
 * <p>{@code dev.warren.crypto} and the JDK. Besides the room {@code linux} the only place with
 * native calls. Not exported: it is reached through {@link dev.warren.crypto.CryptoEngines}.
 *
 * <h2>Start reading at</h2>
 *
 * <p>{@link dev.warren.crypto.openssl.NativeAead}, then what it is made of: {@link
 * dev.warren.crypto.openssl.BoringAead} and {@link dev.warren.crypto.openssl.EvpAead}.
 */
@NullMarked
package dev.warren.crypto.openssl;

import org.jspecify.annotations.NullMarked;
