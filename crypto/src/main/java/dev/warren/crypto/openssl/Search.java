package dev.warren.crypto.openssl;

import dev.warren.crypto.CryptoEngine;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.Supplier;

/** What looking for a library came to. */
public sealed interface Search {

  /** A library that passed the self-test. */
  record Found(CryptoEngine engine) implements Search {}

  /** Why there is none to use, for the log. */
  record Absent(String reason) implements Search {}

  /**
   * Tries to load a library and to make an engine of it.
   *
   * @param trial throws a {@link LinkageError} or an {@link IllegalStateException} with the reason
   *     when there is none
   */
  static Search of(Supplier<CryptoEngine> trial) {
    if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
      return new Absent("native libraries are used on 64-bit systems only");
    }
    try {
      return new Found(trial.get());
    } catch (ExceptionInInitializerError e) { // native access forbidden, or not made for here
      return new Absent(reason(Objects.requireNonNullElse(e.getCause(), e)));
    } catch (LinkageError | IllegalStateException e) {
      return new Absent(reason(e));
    }
  }

  private static String reason(Throwable e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }
}
