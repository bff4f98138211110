package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The functions of BoringSSL's libcrypto that we call, under their own names in C. AWS-LC and
 * LibreSSL have the same.
 *
 * <p>BoringSSL promises no stable interface, but these are as old as they are simple. Pointers and
 * size_t are {@code long}, as in {@link LibCrypto}.
 *
 * <p><b>Errors:</b> loading this class fails with a {@code LinkageError} when the library or one of
 * its functions is missing. The functions themselves report by their return value: 1 is good.
 *
 * <p><b>Source:</b> BoringSSL's aead.h and curve25519.h.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class LibBoringSsl {

  static final long NULL = 0;

  private static final int TAG_BYTES = 16;

  private static final Library LIBRARY =
      Library.loadFirst(fileNames(System.getProperty(BoringSsl.LIBRARY_PROPERTY, "")));

  private static final MethodHandle CHACHA20_POLY1305 =
      LIBRARY.bind("EVP_aead_chacha20_poly1305", JAVA_LONG);
  private static final MethodHandle CTX_NEW =
      LIBRARY.bind("EVP_AEAD_CTX_new", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CTX_FREE = LIBRARY.bindVoid("EVP_AEAD_CTX_free", JAVA_LONG);
  private static final MethodHandle CTX_SEAL = bindCrypt("EVP_AEAD_CTX_seal");
  private static final MethodHandle CTX_OPEN = bindCrypt("EVP_AEAD_CTX_open");

  private LibBoringSsl() {}

  /** Bound by the first agreement. */
  private static final class Curve {

    static final MethodHandle X25519 =
        LIBRARY.bind("X25519", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle PUBLIC_FROM_PRIVATE =
        LIBRARY.bindVoid("X25519_public_from_private", JAVA_LONG, JAVA_LONG);
  }

  /** Returns which library this is and the file it came from, for the log. */
  static String description() {
    return product() + " (" + LIBRARY.fileName() + ")";
  }

  // ChaCha20-Poly1305, in the order of a context's life.

  static long aeadChaCha20Poly1305() {
    try {
      return (long) CHACHA20_POLY1305.invokeExact();
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static long ctxNew(long aead, long key, long keyLength) {
    try {
      return (long) CTX_NEW.invokeExact(aead, key, keyLength, (long) TAG_BYTES);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Seals in place; {@code nonce} and {@code outLength} are addresses of 12 and 8 bytes. */
  static int ctxSeal(long ctx, long nonce, long outLength, long inOut, long length) {
    try {
      return (int)
          CTX_SEAL.invokeExact(
              ctx,
              inOut,
              outLength,
              length + TAG_BYTES,
              nonce,
              (long) Scratch.NONCE_BYTES,
              inOut,
              length,
              NULL,
              0L);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Opens in place; {@code length} is that of ciphertext and tag. */
  static int ctxOpen(long ctx, long nonce, long outLength, long inOut, long length) {
    try {
      return (int)
          CTX_OPEN.invokeExact(
              ctx,
              inOut,
              outLength,
              length,
              nonce,
              (long) Scratch.NONCE_BYTES,
              inOut,
              length,
              NULL,
              0L);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Frees the context, and cleanses the key in it. */
  static void ctxFree(long ctx) {
    try {
      CTX_FREE.invokeExact(ctx);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  // X25519: 32 bytes each.

  static void x25519PublicFromPrivate(long outPublic, long scalar) {
    try {
      Curve.PUBLIC_FROM_PRIVATE.invokeExact(outPublic, scalar);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int x25519(long out, long scalar, long point) {
    try {
      return (int) Curve.X25519.invokeExact(out, scalar, point);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  private static MethodHandle bindCrypt(String name) {
    return LIBRARY.bindCritical(
        name, JAVA_LONG, // context
        JAVA_LONG, // out
        JAVA_LONG, // where to write out's length
        JAVA_LONG, // room in out
        JAVA_LONG, // nonce
        JAVA_LONG, JAVA_LONG, // in
        JAVA_LONG, JAVA_LONG, // additional data
        JAVA_LONG);
  }

  /** BoringSSL has no versions; AWS-LC tells its own by a function that nobody else has. */
  private static String product() {
    String function = "awslc_version_string";
    if (!LIBRARY.has(function)) {
      return "BoringSSL";
    }
    try {
      MemorySegment text =
          (MemorySegment) LIBRARY.bind(function, ValueLayout.ADDRESS).invokeExact();
      return text.reinterpret(Integer.MAX_VALUE).getString(0); // "AWS-LC 5.5.0"
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /**
   * Where it may be: as the operator says, if at all; or AWS-LC as distributions package it, then
   * Debian's android-libboringssl, whose folder the dynamic linker does not search.
   */
  static List<String> fileNames(String forced) {
    return forced.isEmpty()
        ? List.of(
            "libcrypto-awslc.so.1",
            "libcrypto-awslc.so",
            "/usr/lib/x86_64-linux-gnu/android/libcrypto.so.0",
            "/usr/lib/aarch64-linux-gnu/android/libcrypto.so.0")
        : List.of(forced);
  }
}
