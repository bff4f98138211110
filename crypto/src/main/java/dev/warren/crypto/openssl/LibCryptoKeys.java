package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * The functions of OpenSSL's libcrypto for X25519, under their own names in C.
 *
 * <p>Beside {@link LibCrypto}, so that a process that agrees elsewhere binds none of them.
 *
 * <p><b>Errors:</b> as those of {@link LibCrypto}.
 *
 * <p><b>Source:</b> the manual pages EVP_PKEY_derive(3) and EVP_PKEY_new(3).
 */
final class LibCryptoKeys {

  private static final int EVP_PKEY_X25519 = 1034;

  private static final Library LIBRARY = LibCrypto.library();

  private static final MethodHandle NEW_RAW_PRIVATE_KEY =
      LIBRARY.bind(
          "EVP_PKEY_new_raw_private_key", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle NEW_RAW_PUBLIC_KEY =
      LIBRARY.bind(
          "EVP_PKEY_new_raw_public_key", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle GET_RAW_PUBLIC_KEY =
      LIBRARY.bind("EVP_PKEY_get_raw_public_key", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PKEY_FREE = LIBRARY.bindVoid("EVP_PKEY_free", JAVA_LONG);
  private static final MethodHandle PKEY_CTX_NEW =
      LIBRARY.bind("EVP_PKEY_CTX_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PKEY_CTX_FREE =
      LIBRARY.bindVoid("EVP_PKEY_CTX_free", JAVA_LONG);
  private static final MethodHandle DERIVE_INIT =
      LIBRARY.bind("EVP_PKEY_derive_init", JAVA_INT, JAVA_LONG);
  private static final MethodHandle DERIVE_SET_PEER =
      LIBRARY.bind("EVP_PKEY_derive_set_peer", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle DERIVE =
      LIBRARY.bind("EVP_PKEY_derive", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private LibCryptoKeys() {}

  static long newRawPrivateKey(long bytes, long length) {
    try {
      return (long) NEW_RAW_PRIVATE_KEY.invokeExact(EVP_PKEY_X25519, LibCrypto.NULL, bytes, length);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static long newRawPublicKey(long bytes, long length) {
    try {
      return (long) NEW_RAW_PUBLIC_KEY.invokeExact(EVP_PKEY_X25519, LibCrypto.NULL, bytes, length);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int getRawPublicKey(long key, long out, long length) {
    try {
      return (int) GET_RAW_PUBLIC_KEY.invokeExact(key, out, length);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static long pkeyCtxNew(long key) {
    try {
      return (long) PKEY_CTX_NEW.invokeExact(key, LibCrypto.NULL);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int deriveInit(long ctx) {
    try {
      return (int) DERIVE_INIT.invokeExact(ctx);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int deriveSetPeer(long ctx, long peer) {
    try {
      return (int) DERIVE_SET_PEER.invokeExact(ctx, peer);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static int derive(long ctx, long out, long length) {
    try {
      return (int) DERIVE.invokeExact(ctx, out, length);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  static void pkeyCtxFree(long ctx) {
    try {
      PKEY_CTX_FREE.invokeExact(ctx);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Frees the key, and cleanses it. */
  static void pkeyFree(long key) {
    try {
      PKEY_FREE.invokeExact(key);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }
}
