package dev.warren.cli.doctor;

import dev.warren.cli.doctor.Facts.Echo;
import dev.warren.cli.doctor.Facts.InnerEcho;
import dev.warren.cli.doctor.Facts.InnerRoute;
import dev.warren.cli.doctor.Facts.Route;
import dev.warren.cli.program.BriefProgram;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The single questions that the doctor puts to the system and the network.
 *
 * <p><b>Owner:</b> any thread; no state.
 *
 * <p><b>Errors:</b> what cannot be asked is unknown.
 */
final class Probes {
  private static final int KNOCKS = 3;
  private static final int KNOCK_MILLIS = 350;

  /** Where traceroute knocks: of all ports these are the least surprising, and nobody listens. */
  private static final int TRACEROUTE_PORT = 33434;

  private static final int TRACEROUTE_PORTS = 80;
  private static final int IPV4_AND_ICMP_BYTES = 28;
  private static final int IPV6_AND_ICMP_BYTES = 48;

  /** Every link takes this much. */
  private static final int LEAST_BYTES = 576;

  /** Sizes are tried in multiples of this. */
  private static final int STEP_BYTES = 8;

  private Probes() {}

  /** The route that a datagram with this mark takes. */
  static @Nullable Route route(String address, int fwmark) {
    BriefProgram.Output output =
        fwmark == 0
            ? Commands.run("ip", "route", "get", address)
            : Commands.run(
                "ip", "route", "get", address, "mark", "0x" + Integer.toHexString(fwmark));
    if (output == null) {
      return null;
    }
    Outputs.RouteLine line = Outputs.route(output.exitStatus(), output.text());
    String device = line.device();
    if (device == null) {
      return new Route(null, line.trouble(), false, 0, false);
    }
    int mtu = line.mtuBytes() > 0 ? line.mtuBytes() : number("/sys/class/net/" + device + "/mtu");
    String filter = "/proc/sys/net/ipv4/conf/%/rp_filter";
    int reverse = Math.max(number(filter.replace("%", "all")), number(filter.replace("%", device)));
    return new Route(device, null, line.local(), mtu, reverse == 1);
  }

  /** Where packets for these prefixes go, as far as that can be told by one address of each. */
  static List<InnerRoute> innerRoutes(List<Prefix> prefixes, List<Prefix> taken) {
    List<InnerRoute> routes = new ArrayList<>();
    for (Prefix prefix : prefixes) {
      IpAddress probed = sample(prefix, taken);
      Route route = probed == null ? null : route(probed.toString(), 0);
      if (probed != null && route != null) {
        routes.add(new InnerRoute(prefix, probed, route));
      }
    }
    return routes;
  }

  /**
   * An address of a prefix that nothing more particular is said of: not one of {@code taken}, which
   * are the machine's own networks and what other peers have.
   */
  static @Nullable IpAddress sample(Prefix prefix, List<Prefix> taken) {
    if (prefix.length() == 0) {
      // Nothing is sent there; the kernel is asked for the way.
      return IpAddress.parse(prefix.isV6() ? "2620:fe::9" : "9.9.9.9");
    }
    boolean single = prefix.length() == prefix.address().bits();
    for (int number = single ? 0 : 1; number < 512; number++) {
      IpAddress base = prefix.address();
      IpAddress address =
          base.isV6()
              ? IpAddress.v6(base.high(), base.low() + number)
              : IpAddress.v4((int) base.low() + number);
      if (!prefix.contains(address)) {
        return null;
      }
      boolean free = true;
      for (Prefix other : taken) {
        free &= other.length() <= prefix.length() || !other.contains(address);
      }
      if (free) {
        return address;
      }
    }
    return null;
  }

  /**
   * Pings a host outside the tunnel; a neighbour that is not there is known after three seconds.
   */
  static Echo ping(String address, int fwmark) {
    return fwmark == 0
        ? echo("ping", "-n", "-c", "2", "-i", "0.3", "-W", "4", address)
        : echo("ping", "-n", "-c", "2", "-i", "0.3", "-W", "4", "-m", "" + fwmark, address);
  }

  /** Sends a ping into the tunnel, whether or not there is a route; whoever answers. */
  static void provoke(String device, IpAddress address) {
    Echo ignored = echo("ping", "-n", "-c", "1", "-W", "1", "-I", device, address.toString());
    assert ignored != null;
  }

  /** Pings through the tunnel, small and as large as its interface allows. */
  static InnerEcho inner(String device, IpAddress address, int mtuBytes) {
    Echo small =
        echo("ping", "-n", "-c", "3", "-i", "0.3", "-W", "1", "-I", device, address.toString());
    if (small != Echo.ANSWERED) {
      return new InnerEcho(address, small, Echo.UNKNOWN, 0);
    }
    Echo full = sized(device, address, mtuBytes, 3);
    if (full != Echo.SILENT) {
      return new InnerEcho(address, small, full, mtuBytes);
    }
    int good = LEAST_BYTES;
    int bad = (mtuBytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
    if (sized(device, address, good, 2) != Echo.ANSWERED) {
      return new InnerEcho(address, small, full, 0);
    }
    while (bad - good > STEP_BYTES) {
      int middle = (good + bad) / 2 / STEP_BYTES * STEP_BYTES;
      if (sized(device, address, middle, 2) == Echo.ANSWERED) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return new InnerEcho(address, small, full, good);
  }

  private static Echo sized(String device, IpAddress address, int bytes, int count) {
    int payload = bytes - (address.isV6() ? IPV6_AND_ICMP_BYTES : IPV4_AND_ICMP_BYTES);
    return echo(
        "ping",
        "-n",
        "-M",
        "do",
        "-c",
        "" + count,
        "-i",
        "0.2",
        "-W",
        "1",
        "-s",
        "" + payload,
        "-I",
        device,
        address.toString());
  }

  private static Echo echo(String... argv) {
    BriefProgram.Output output = Commands.run(argv);
    return output == null ? Echo.UNKNOWN : Outputs.ping(output.exitStatus(), output.text());
  }

  /** Sends single bytes to a UDP port: WireGuard takes no notice, and a closed port is refused. */
  static Echo knock(String address, int port) {
    Echo result = Echo.SILENT;
    for (int i = 0; i < KNOCKS && result == Echo.SILENT; i++) {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(new InetSocketAddress(InetAddress.getByName(address), port));
        socket.setSoTimeout(KNOCK_MILLIS);
        socket.send(new DatagramPacket(new byte[1], 1));
        socket.receive(new DatagramPacket(new byte[1], 1));
        result = Echo.ANSWERED;
      } catch (PortUnreachableException e) {
        result = Echo.REFUSED;
      } catch (SocketTimeoutException e) {
        result = Echo.SILENT;
      } catch (IOException e) {
        String said = String.valueOf(e.getMessage());
        result = said.contains("not permitted") ? Echo.FORBIDDEN : Echo.UNKNOWN;
      }
    }
    return result;
  }

  /** Knocks where nobody should listen, to see whether refusals come back from that host. */
  static Echo knockElsewhere(String address) {
    int offset = ThreadLocalRandom.current().nextInt(TRACEROUTE_PORTS);
    return knock(address, TRACEROUTE_PORT + offset);
  }

  /** The addresses of a name, or the reason why there are none. */
  static List<String> resolve(String host, StringBuilder trouble) {
    List<String> addresses = new ArrayList<>();
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        IpAddress parsed = IpAddress.parse(withoutZone(address.getHostAddress()));
        addresses.add(parsed == null ? address.getHostAddress() : parsed.toString());
      }
    } catch (UnknownHostException e) {
      trouble.append(e.getMessage());
    }
    return addresses;
  }

  private static String withoutZone(String address) {
    int percent = address.indexOf('%');
    return percent < 0 ? address : address.substring(0, percent);
  }

  /** The number in a small file, 0 when there is none. */
  static int number(String file) {
    try {
      return Integer.parseInt(read(file).strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** A small file, empty when it cannot be read. */
  static String read(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
