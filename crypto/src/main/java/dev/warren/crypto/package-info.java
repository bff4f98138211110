/**
 * Keys and primitives of Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s, and the choice of who computes
 * them.
 *
 * <h2>Job</h2>
 *
 * <p>Hold keys so that they can be wiped, agree on secrets, hash, derive and seal. Everything here
 * is a function of its arguments: no clock, no I/O, no threads; randomness comes by {@link
 * dev.warren.crypto.RandomSource}.
 *
 * <h2>In</h2>
 *
 * <p>Key bytes, messages in byte arrays (handshakes, cookies) or in native memory (transport data).
 *
 * <h2>Out</h2>
 *
 * <p>The same bytes sealed, opened or hashed. A forged message is {@code false}, never an
 * exception.
 *
 * <h2>May use</h2>
 *
 * <p>The JDK. Not one other room.
 *
 * <h2>Start reading at</h2>
 *
 * <p>{@link dev.warren.crypto.CryptoEngines}, then {@link dev.warren.crypto.Aead} and {@link
 * dev.warren.crypto.X25519}.
 */
@NullMarked
package dev.warren.crypto;

import org.jspecify.annotations.NullMarked;
