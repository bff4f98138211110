package dev.warren.netstack;

/**
 * What an ICMP error about a packet of ours says, the same for both families.
 *
 * <p><b>Source:</b> RFC 792, RFC 1122 §3.2.2.1 and §4.2.3.9; RFC 4443 §3.
 */
final class IcmpKind {
  static final int NETWORK_UNREACHABLE = 0;
  static final int HOST_UNREACHABLE = 1;
  static final int PROTOCOL_UNREACHABLE = 2;
  static final int PORT_UNREACHABLE = 3;
  static final int PROHIBITED = 4;
  static final int TIME_EXCEEDED = 5;
  static final int PARAMETER_PROBLEM = 6;

  private IcmpKind() {}

  /** In words. */
  static String text(int kind) {
    return switch (kind) {
      case NETWORK_UNREACHABLE -> "network unreachable";
      case HOST_UNREACHABLE -> "host unreachable";
      case PROTOCOL_UNREACHABLE -> "protocol unreachable";
      case PORT_UNREACHABLE -> "port unreachable";
      case PROHIBITED -> "administratively prohibited";
      case TIME_EXCEEDED -> "time to live exceeded";
      default -> "parameter problem";
    };
  }

  /** The kind of an ICMP message's type and code, or -1 for what says nothing of the kind. */
  static int of(boolean v6, int type, int code) {
    return v6 ? ofV6(type, code) : ofV4(type, code);
  }

  private static int ofV4(int type, int code) {
    return switch (type) {
      case 3 ->
          switch (code) {
            case 0, 6, 11 -> NETWORK_UNREACHABLE;
            case 2 -> PROTOCOL_UNREACHABLE;
            case 3 -> PORT_UNREACHABLE;
            case 9, 10, 13 -> PROHIBITED;
            default -> HOST_UNREACHABLE;
          };
      case 11 -> TIME_EXCEEDED;
      case 12 -> PARAMETER_PROBLEM;
      default -> -1;
    };
  }

  private static int ofV6(int type, int code) {
    return switch (type) {
      case 1 ->
          switch (code) {
            case 0 -> NETWORK_UNREACHABLE;
            case 1, 5, 6 -> PROHIBITED;
            case 4 -> PORT_UNREACHABLE;
            default -> HOST_UNREACHABLE;
          };
      case 3 -> TIME_EXCEEDED;
      case 4 -> code == 1 ? PROTOCOL_UNREACHABLE : PARAMETER_PROBLEM;
      default -> -1;
    };
  }
}
