package dev.warren.embed.proxy.relay;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** Why something was not done. */
public enum Refusal {
  /** There are as many as there may be. */
  FULL,
  /** It is not what the protocol says. */
  BAD_REQUEST,
  /** It came too slowly. */
  TOO_SLOW,
  /** No credentials, or wrong ones. */
  UNAUTHENTICATED,
  /** What the protocol has and we do not. */
  UNSUPPORTED,
  /** There is no such name. */
  UNKNOWN_HOST,
  /** No route there. */
  NETWORK_UNREACHABLE,
  /** The host cannot be reached. */
  HOST_UNREACHABLE,
  /** Nobody listens there. */
  REFUSED,
  /** No answer in time. */
  TIMED_OUT,
  /** The answer is not what the protocol says. */
  BAD_ANSWER,
  /** A datagram that is a fragment. */
  FRAGMENT,
  /** A datagram from somebody else. */
  STRANGER,
  /** A datagram that does not fit. */
  TOO_LARGE,
  /** Something else went wrong. */
  FAILED;

  /** Why a connection did not come about. */
  public static Refusal of(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case UnknownHostException _ -> UNKNOWN_HOST;
      case SocketTimeoutException _ -> TIMED_OUT;
      case NoRouteToHostException _ -> HOST_UNREACHABLE;
      case ConnectException _ when message.contains("timed out") -> TIMED_OUT;
      case ConnectException _ -> REFUSED;
      default ->
          message.startsWith("Network is unreachable")
              ? NETWORK_UNREACHABLE
              : message.startsWith("Host is") ? HOST_UNREACHABLE : FAILED;
    };
  }
}
