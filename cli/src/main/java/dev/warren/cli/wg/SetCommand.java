package dev.warren.cli.wg;

import dev.warren.cli.uapi.UapiException;
import dev.warren.config.AllowedIp;
import dev.warren.config.AllowedIpList;
import dev.warren.config.CNumbers;
import dev.warren.config.EndpointName;
import dev.warren.config.PeerConfig;
import dev.warren.config.Value;
import dev.warren.config.Values;
import dev.warren.crypto.KeyText;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import org.jspecify.annotations.Nullable;

/**
 * {@code wg set}: settings on the command line.
 *
 * <p><b>Source:</b> wireguard-tools' {@code set.c} and {@code config_read_cmd}.
 */
final class SetCommand {
  private static final String USAGE =
      " <interface> [listen-port <port>] [fwmark <mark>] [private-key <file path>] [peer <base64"
          + " public key> [remove] [preshared-key <file path>] [endpoint <ip>:<port>]"
          + " [persistent-keepalive <interval seconds>] [allowed-ips"
          + " <ip1>/<cidr1>[,<ip2>/<cidr2>]...] ]...";
  private static final int KEY_CHARS = KeyText.BASE64_CHARS;

  private final WgCommand wg;
  private final Endpoints endpoints;
  private final Change change = new Change();
  private PeerConfig.@Nullable Builder peer;
  private @Nullable String endpoint;

  SetCommand(WgCommand wg) {
    this.wg = wg;
    this.endpoints = new Endpoints(wg);
  }

  int run(String[] arguments) {
    if (arguments.length < 3) {
      wg.usage(arguments[0], USAGE);
      return 1;
    }
    int at = 2;
    while (at < arguments.length) {
      String value = at + 1 < arguments.length ? arguments[at + 1] : null;
      int taken = value == null ? 0 : peer == null ? device(arguments[at], value) : 0;
      if (taken == 0 && value != null && arguments[at].equals("peer")) {
        taken = beginPeer(value) ? 2 : -1;
      }
      PeerConfig.Builder current = peer;
      if (taken == 0 && current != null) {
        taken = peer(current, arguments[at], value);
      }
      if (taken == 0) {
        wg.err.line("Invalid argument: " + arguments[at]);
      }
      if (taken <= 0) {
        return 1;
      }
      at += taken;
    }
    endPeer();
    try {
      change.send(wg.environment.sockets(), WgCommand.interfaceName(arguments[1]));
      return 0;
    } catch (UapiException e) {
      wg.err.line("Unable to modify interface: " + e.reason());
      return 1;
    }
  }

  /** Takes a setting of the device: 2 arguments, 0 when it is none, -1 when it is wrong. */
  private int device(String setting, String value) {
    return switch (setting) {
      case "listen-port" -> {
        Integer port = good(Values.port(value, wg.environment.services()));
        change.listenPort(port);
        yield port == null ? -1 : 2;
      }
      case "fwmark" -> {
        Integer mark = good(Values.fwmark(value));
        change.fwmark(mark);
        yield mark == null ? -1 : 2;
      }
      case "private-key" -> {
        Secret key = keyFile(value);
        change.privateKey(key);
        yield key == null ? -1 : 2;
      }
      default -> 0;
    };
  }

  private boolean beginPeer(String value) {
    endPeer();
    PublicKey key = good(Values.publicKey(value));
    peer = key == null ? null : new PeerConfig.Builder().publicKey(key);
    return key != null;
  }

  private void endPeer() {
    if (peer != null) {
      change.peer(peer.build(), endpoint);
    }
    peer = null;
    endpoint = null;
  }

  /** As {@link #device}, of a peer. */
  private int peer(PeerConfig.Builder to, String setting, @Nullable String value) {
    if (setting.equals("remove")) {
      to.remove();
      return 1;
    }
    if (value == null) {
      return 0;
    }
    return switch (setting) {
      case "endpoint" -> {
        EndpointName name = good(Values.endpoint(value));
        endpoint = name == null ? null : endpoints.resolve(name);
        yield endpoint == null ? -1 : 2;
      }
      case "allowed-ips" -> allowedIps(to, value) ? 2 : -1;
      case "persistent-keepalive" -> {
        Integer seconds = good(Values.persistentKeepalive(value));
        if (seconds != null) {
          to.persistentKeepalive(seconds);
        }
        yield seconds == null ? -1 : 2;
      }
      case "preshared-key" -> {
        Secret key = keyFile(value);
        if (key != null) {
          to.presharedKey(key);
        }
        yield key == null ? -1 : 2;
      }
      default -> 0;
    };
  }

  private boolean allowedIps(PeerConfig.Builder to, String value) {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (!CNumbers.isSpace(value.charAt(i))) {
        text.append(value.charAt(i));
      }
    }
    AllowedIpList list = Values.allowedIps(text.toString());
    for (Value.Bad<AllowedIp> warning : list.warnings()) {
      wg.err.line(warning.wgMessage());
    }
    if (list.bad() != null) {
      wg.err.line(list.bad().wgMessage());
      return false;
    }
    to.allowedIps(list);
    return true;
  }

  private <T> @Nullable T good(Value<T> value) {
    if (value instanceof Value.Good<T> good) {
      return good.value();
    }
    if (value instanceof Value.Bad<T> bad) {
      wg.err.line(bad.wgMessage());
    }
    return null;
  }

  /** The key in a file; an empty one stands for no key, as zeros. */
  private @Nullable Secret keyFile(String path) {
    InputFile file = InputFile.read(wg, path);
    if (file == null) {
      return null;
    }
    String text = file.text();
    if (text.length() < KEY_CHARS) {
      if (text.isEmpty() && !file.failed() && file.seekable()) {
        return Secret.of(new byte[Secret.BYTES], 0);
      }
      wg.err.line("Invalid length key in key file");
      return null;
    }
    for (int i = KEY_CHARS; i < text.length(); i++) {
      if (!CNumbers.isSpace(text.charAt(i))) {
        wg.err.line("Found trailing character in key file: `" + text.charAt(i) + "'");
        return null;
      }
    }
    int nul = text.indexOf('\0');
    return good(Values.secret(text.substring(0, nul >= 0 && nul < KEY_CHARS ? nul : KEY_CHARS)));
  }
}
