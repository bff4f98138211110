package dev.warren.cli.uapi;

/**
 * Error numbers of Linux, in the words of the C library, as {@code wg} says them.
 *
 * <p><b>Source:</b> asm-generic/errno.h and errno-base.h; glibc's {@code strerror}.
 */
public final class Errno {
  public static final int EIO = 5;
  public static final int EACCES = 13;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int EPROTO = 71;
  public static final int EPROTONOSUPPORT = 93;
  public static final int EOPNOTSUPP = 95;

  private Errno() {}

  /** What the C library says of it; a number it does not know is said as a number. */
  public static String text(int errno) {
    return switch (errno) {
      case 0 -> "Success";
      case 1 -> "Operation not permitted";
      case 2 -> "No such file or directory";
      case 3 -> "No such process";
      case 4 -> "Interrupted system call";
      case EIO -> "Input/output error";
      case 6 -> "No such device or address";
      case 7 -> "Argument list too long";
      case 9 -> "Bad file descriptor";
      case 11 -> "Resource temporarily unavailable";
      case 12 -> "Cannot allocate memory";
      case EACCES -> "Permission denied";
      case 14 -> "Bad address";
      case 16 -> "Device or resource busy";
      case 17 -> "File exists";
      case ENODEV -> "No such device";
      case 20 -> "Not a directory";
      case 21 -> "Is a directory";
      case EINVAL -> "Invalid argument";
      case 24 -> "Too many open files";
      case 27 -> "File too large";
      case 28 -> "No space left on device";
      case 32 -> "Broken pipe";
      case 34 -> "Numerical result out of range";
      case EPROTO -> "Protocol error";
      case 75 -> "Value too large for defined data type";
      case 90 -> "Message too long";
      case EPROTONOSUPPORT -> "Protocol not supported";
      case EOPNOTSUPP -> "Operation not supported";
      case 97 -> "Address family not supported by protocol";
      case 98 -> "Address already in use";
      case 99 -> "Cannot assign requested address";
      case 100 -> "Network is down";
      case 101 -> "Network is unreachable";
      case 104 -> "Connection reset by peer";
      case 105 -> "No buffer space available";
      case 110 -> "Connection timed out";
      case 111 -> "Connection refused";
      case 113 -> "No route to host";
      default -> "Unknown error " + errno;
    };
  }
}
