package dev.warren.packet.offload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The plain model of {@link Coalescing}: the same rules, of fields and lists. */
final class PlainCoalescing {
  private PlainCoalescing() {}

  /** The runs of some packets, each as their indices. */
  static List<List<Integer>> group(List<Wire> packets, boolean joinTcp, boolean joinUdp) {
    List<List<Integer>> runs = new ArrayList<>();
    Map<String, List<Integer>> open = new HashMap<>();
    for (int i = 0; i < packets.size(); i++) {
      Wire packet = packets.get(i);
      if (isOfUnknownFlow(packet)) {
        open.clear();
      }
      List<Integer> before = open.get(flow(packet));
      boolean segment = isSegment(packet) && (packet.tcp() ? joinTcp : joinUdp);
      if (before != null && segment && follows(packets, before, packet)) {
        boolean headIntact = isIntact(packets.get(before.getFirst()));
        if (headIntact && isIntact(packet)) {
          before.add(i);
          if (isLast(packets, before, packet)) {
            open.remove(flow(packet));
          }
          continue;
        }
        segment = !headIntact;
      }
      List<Integer> run = new ArrayList<>(List.of(i));
      runs.add(run);
      open.remove(flow(packet));
      if (segment && !isLast(packets, run, packet)) {
        open.put(flow(packet), run);
      }
    }
    return runs;
  }

  private static boolean isLast(List<Wire> packets, List<Integer> run, Wire packet) {
    return (packet.tcp() && (packet.flags & (Wire.FIN | Wire.PSH)) != 0)
        || packet.payload.length < packets.get(run.getFirst()).payload.length;
  }

  private static boolean isOfUnknownFlow(Wire packet) {
    return packet.moreFragments || packet.fragmentOffset > 0 || packet.extension.length > 0;
  }

  private static String flow(Wire packet) {
    return Arrays.toString(packet.source)
        + Arrays.toString(packet.destination)
        + packet.protocol
        + " "
        + packet.sourcePort
        + " "
        + packet.destinationPort;
  }

  private static boolean isSegment(Wire packet) {
    if (packet.payload.length == 0 || packet.ipOptions.length > 0 || isOfUnknownFlow(packet)) {
      return false;
    }
    if (packet.udp()) {
      return !packet.noChecksum && packet.lengthError == 0;
    }
    int odd = Wire.SYN | Wire.RST | Wire.URG | Wire.CWR;
    return packet.tcp() && (packet.flags & (odd | Wire.ACK)) == Wire.ACK;
  }

  private static boolean isIntact(Wire packet) {
    return !packet.badChecksum && !packet.badIpChecksum;
  }

  private static boolean follows(List<Wire> packets, List<Integer> run, Wire packet) {
    Wire head = packets.get(run.getFirst());
    int payload = run.stream().mapToInt(i -> packets.get(i).payload.length).sum();
    if (packet.tos != head.tos
        || packet.ttl != head.ttl
        || packet.flowLabel != head.flowLabel
        || packet.payload.length > head.payload.length
        || head.headerBytes() + payload + packet.payload.length > 65_535
        || run.size() >= 128) {
      return false;
    }
    if (!packet.v6
        && (packet.df != head.df
            || (!packet.df && packet.id != ((head.id + run.size()) & 0xffff)))) {
      return false;
    }
    return packet.udp()
        || (packet.sequence == head.sequence + payload
            && packet.acknowledgement == head.acknowledgement
            && packet.window == head.window
            && packet.urgent == head.urgent
            && (packet.flags & ~(Wire.FIN | Wire.PSH)) == head.flags
            && Arrays.equals(packet.tcpOptions, head.tcpOptions));
  }
}
