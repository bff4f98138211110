package dev.warren.linux;

import dev.warren.packet.owner.Immutable;

/**
 * The host refused something at setup.
 *
 * <p>The message is for a person who can act on it: what could not be done, why, and what would
 * help; then the call and its errno in brackets.
 */
@Immutable
public final class LinuxException extends Exception {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  /**
   * An error of a call.
   *
   * @param call the system call or its request
   * @param errno the (positive) error number
   * @param detail what it means and what would help
   */
  public LinuxException(String call, int errno, String detail) {
    super(detail + " (" + call + ": " + Errno.name(errno) + ")");
    this.call = call;
    this.errno = errno;
  }

  /** The system call, or its request. */
  public String call() {
    return call;
  }

  /** The error number, positive. */
  public int errno() {
    return errno;
  }
}
