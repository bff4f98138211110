package dev.warren.embed.socket;

import dev.warren.netstack.TcpFailure;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** The stack's failures in the JDK's types and words. */
final class Failures {
  static final String CLOSED = "Socket closed";
  static final String TUNNEL_CLOSED = "Tunnel closed";

  private Failures() {}

  static SocketException connecting(TcpFailure why) {
    return switch (why) {
      case REFUSED, RESET -> new ConnectException("Connection refused");
      case TIMED_OUT -> new ConnectException("Connection timed out");
      case UNREACHABLE -> new NoRouteToHostException("No route to host");
      case NO_ROOM -> new BindException("Cannot assign requested address");
      case ABORTED -> new SocketException(TUNNEL_CLOSED);
    };
  }

  static SocketException moving(TcpFailure why) {
    return new SocketException(
        switch (why) {
          case REFUSED, RESET -> "Connection reset";
          case TIMED_OUT -> "Connection timed out";
          case UNREACHABLE -> "No route to host";
          case NO_ROOM -> "No buffer space available";
          case ABORTED -> TUNNEL_CLOSED;
        });
  }
}
