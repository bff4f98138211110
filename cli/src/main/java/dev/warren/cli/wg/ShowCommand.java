package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.uapi.UapiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code wg show}: one interface or all, for people or for scripts.
 *
 * <p><b>Source:</b> wireguard-tools' {@code show.c}.
 */
final class ShowCommand {
  private static final String USAGE =
      " { <interface> | all | interfaces } [public-key | private-key | listen-port | fwmark | peers"
          + " | preshared-keys | endpoints | allowed-ips | latest-handshakes | transfer |"
          + " persistent-keepalive | dump]";

  private final WgCommand wg;
  private final ByteText out;

  ShowCommand(WgCommand wg) {
    this.wg = wg;
    this.out = wg.out;
  }

  int run(String[] arguments) {
    if (arguments.length > 3) {
      return usage(1);
    }
    String name = arguments.length == 1 ? "all" : arguments[1];
    String parameter = arguments.length == 3 ? arguments[2] : null;
    return switch (name) {
      case "all" -> showAll(parameter);
      case "interfaces" -> parameter == null ? listInterfaces() : usage(1);
      case "-h", "--help", "help" -> parameter == null ? usage(0) : showOne(name, parameter);
      default -> showOne(name, parameter);
    };
  }

  private int usage(int status) {
    wg.usage("show", USAGE);
    return status;
  }

  private int showAll(@Nullable String parameter) {
    List<String> names = list();
    if (names == null) {
      return 1;
    }
    int status = names.isEmpty() ? 0 : 1;
    int left = names.size();
    for (String name : names) {
      left--;
      InterfaceState device;
      try {
        device = wg.environment.sockets().get(name);
      } catch (UapiException e) {
        wg.err.line("Unable to access interface " + name + ": " + e.reason());
        continue;
      }
      if (parameter == null) {
        people().show(device);
        if (left > 0) {
          out.add('\n');
        }
      } else if (!forScripts(device, parameter, true)) {
        return 1;
      }
      status = 0;
    }
    return status;
  }

  private int showOne(String name, @Nullable String parameter) {
    InterfaceState device;
    try {
      device = wg.environment.sockets().get(name);
    } catch (UapiException e) {
      wg.err.line("Unable to access interface: " + e.reason());
      return 1;
    }
    if (parameter != null) {
      return forScripts(device, parameter, false) ? 0 : 1;
    }
    people().show(device);
    return 0;
  }

  private int listInterfaces() {
    List<String> names = list();
    if (names == null) {
      return 1;
    }
    char separator = 0;
    for (String name : names) {
      if (separator != 0) {
        out.add(separator);
      }
      out.add(name);
      separator = ' ';
    }
    if (separator != 0) {
      out.add('\n');
    }
    return 0;
  }

  private @Nullable List<String> list() {
    try {
      return wg.environment.sockets().list();
    } catch (UapiException e) {
      wg.err.line("Unable to list interfaces: " + e.reason());
      return null;
    }
  }

  private PeopleText people() {
    String colors = wg.environment.variable("WG_COLOR_MODE");
    boolean colored =
        colors.equals("always")
            || (!colors.equals("never") && wg.environment.host().outIsTerminal());
    boolean keysShown = wg.environment.variable("WG_HIDE_KEYS").equals("never");
    return new PeopleText(out, colored, keysShown, wg.environment.host().epochSeconds());
  }

  /** Writes one aspect; false for one that is not known. */
  private boolean forScripts(InterfaceState device, String parameter, boolean named) {
    ScriptText text = new ScriptText(out, device, named);
    switch (parameter) {
      case "public-key" -> text.publicKey();
      case "private-key" -> text.privateKey();
      case "listen-port" -> text.listenPort();
      case "fwmark" -> text.fwmark();
      case "dump" -> text.dump();
      case "peers",
          "preshared-keys",
          "endpoints",
          "allowed-ips",
          "latest-handshakes",
          "transfer",
          "persistent-keepalive" -> {
        text.beginPeers(parameter);
        for (PeerState peer : device.peers()) {
          text.peer(peer, parameter);
        }
      }
      default -> {
        wg.err.line("Invalid parameter: `" + parameter + "'");
        usage(1);
        return false;
      }
    }
    return true;
  }
}
