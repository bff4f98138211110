package dev.warren.cli.uapi;

import java.io.IOException;

/**
 * An interface could not be asked or changed.
 *
 * <p>The message is what {@code wg} would say after its colon, such as {@code Protocol error}.
 */
public final class UapiException extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;
  private final String reason;

  /** An error that the C library has words for. */
  public UapiException(int errno) {
    this(errno, Errno.text(errno));
  }

  /** An error with better words. */
  public UapiException(int errno, String reason) {
    super(reason);
    this.errno = errno;
    this.reason = reason;
  }

  /** The error's number; {@link Errno#EIO} where none is known. */
  public int errno() {
    return errno;
  }

  /** The error in words; never null, as {@link #getMessage} might be. */
  public String reason() {
    return reason;
  }
}
