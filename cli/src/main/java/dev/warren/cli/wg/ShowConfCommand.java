package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.config.ConfigWriter;

/**
 * {@code wg showconf}: an interface as a configuration file.
 *
 * <p><b>Source:</b> wireguard-tools' {@code showconf.c}.
 */
final class ShowConfCommand {
  private final WgCommand wg;

  ShowConfCommand(WgCommand wg) {
    this.wg = wg;
  }

  int run(String[] arguments) {
    if (arguments.length != 2) {
      wg.usage(arguments[0], " <interface>");
      return 1;
    }
    InterfaceState device;
    try {
      device = wg.environment.sockets().get(arguments[1]);
    } catch (UapiException e) {
      wg.err.line("Unable to access interface: " + e.reason());
      return 1;
    }
    StringBuilder text = new StringBuilder();
    ConfigWriter writer = new ConfigWriter(text);
    writer.section("Interface");
    StateText.device(writer, device);
    writer.blank();
    int left = device.peers().size();
    for (PeerState peer : device.peers()) {
      wg.out.add(text.toString());
      text.setLength(0);
      StateText.peer(writer, peer, null);
      if (--left > 0) {
        writer.blank();
      }
    }
    wg.out.add(text.toString());
    return 0;
  }
}
