package dev.warren.cli.conf;

import dev.warren.crypto.RandomSource;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hub that can be reached, and machines that reach it: who is who, and what their files say.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link Machine.BadWord} where the machines make no star.
 */
final class Star {
  /** What comments call the address of a hub, which its own file has no setting for. */
  static final String REACHED_AT = "# Endpoint = ";

  private static final int KEEPALIVE_SECONDS = 25;

  /**
   * What the command line asks for besides machines.
   *
   * @param allTraffic the machines send everything through the hub
   * @param preshared each pair gets a preshared key
   * @param dns what the machines ask for names, or null
   */
  record Wishes(boolean allTraffic, boolean preshared, @Nullable String dns) {}

  /** One machine and all that was assigned to it. */
  record Member(Machine machine, int number, KeyPair keys, @Nullable String presharedKey) {}

  private final Network network;
  private final Wishes wishes;
  private final Member hub;
  private final List<Member> others = new ArrayList<>();

  /** Assigns numbers in the order of the command line, the hub first, and keys. */
  Star(List<Machine> machines, Network network, Wishes wishes, RandomSource random)
      throws Machine.BadWord {
    this.network = network;
    this.wishes = wishes;
    Machine center = null;
    for (int i = 0; i < machines.size(); i++) {
      Machine machine = machines.get(i);
      if (center == null && machine.isReachable()) {
        center = machine;
      }
      for (int j = 0; j < i; j++) {
        if (machines.get(j).name().equalsIgnoreCase(machine.name())) {
          throw new Machine.BadWord("two machines are called " + machine.name());
        }
      }
    }
    if (machines.size() < 2) {
      throw new Machine.BadWord("a tunnel takes two machines or more");
    }
    if (center == null) {
      String first = machines.getFirst().name();
      throw new Machine.BadWord(
          "which of them can the others reach? Say where, such as " + first + "=vps.example.net");
    }
    if (!network.hasRoomFor(machines.size())) {
      throw new Machine.BadWord(network + " has no room for " + machines.size() + " machines");
    }
    hub = new Member(center, 1, KeyPair.generate(random), null);
    int number = 1;
    for (Machine machine : machines) {
      if (!machine.equals(center)) {
        number++;
        String preshared = wishes.preshared() ? KeyPair.generatePreshared(random) : null;
        others.add(new Member(machine, number, KeyPair.generate(random), preshared));
      }
    }
  }

  Member hub() {
    return hub;
  }

  List<Member> others() {
    return others;
  }

  Network network() {
    return network;
  }

  /** The file of the hub. */
  String hubText() {
    StringBuilder text = new StringBuilder(1024);
    begin(text, hub, network);
    text.append(REACHED_AT).append(hub.machine().endpoint()).append('\n');
    text.append("ListenPort = ").append(hub.machine().listenPort()).append('\n');
    if (wishes.allTraffic()) {
      masquerade(text, network);
    }
    for (Member other : others) {
      Machine machine = other.machine();
      appendPeer(
          text,
          machine.name(),
          other.keys().publicKey(),
          other.presharedKey(),
          network.allowedIps(other.number()));
      if (machine.isReachable()) {
        text.append("Endpoint = ").append(machine.endpoint()).append('\n');
      }
    }
    return text.toString();
  }

  /** The file of one of the others. */
  String text(Member member) {
    return memberText(
        member,
        network,
        wishes,
        hub.machine().name(),
        hub.keys().publicKey(),
        hub.machine().endpoint());
  }

  /** The file of a machine that reaches a hub. */
  static String memberText(
      Member member,
      Network network,
      Wishes wishes,
      String hubName,
      String hubKey,
      String hubEndpoint) {
    StringBuilder text = new StringBuilder(512);
    begin(text, member, network);
    Machine machine = member.machine();
    if (machine.isReachable()) {
      text.append("ListenPort = ").append(machine.listenPort()).append('\n');
    }
    if (wishes.dns() != null) {
      text.append("DNS = ").append(wishes.dns()).append('\n');
    }
    String all =
        network.v4() == null ? "::/0" : network.v6() == null ? "0.0.0.0/0" : "0.0.0.0/0, ::/0";
    appendPeer(
        text,
        hubName,
        hubKey,
        member.presharedKey(),
        wishes.allTraffic() ? all : network.toString());
    text.append("Endpoint = ").append(hubEndpoint).append('\n');
    if (!machine.isReachable()) {
      text.append("PersistentKeepalive = ").append(KEEPALIVE_SECONDS).append('\n');
    }
    return text.toString();
  }

  /** A section {@code [Peer]} with an empty line before it. */
  static void appendPeer(
      StringBuilder text,
      String name,
      String publicKey,
      @Nullable String presharedKey,
      String allowedIps) {
    text.append("\n[Peer]\n# Name = ").append(name).append('\n');
    text.append("PublicKey = ").append(publicKey).append('\n');
    if (presharedKey != null) {
      text.append("PresharedKey = ").append(presharedKey).append('\n');
    }
    text.append("AllowedIPs = ").append(allowedIps).append('\n');
  }

  private static void begin(StringBuilder text, Member member, Network network) {
    text.append("[Interface]\n# Name = ").append(member.machine().name()).append('\n');
    text.append("PrivateKey = ").append(member.keys().privateKey()).append('\n');
    text.append("Address = ").append(network.interfaceAddresses(member.number())).append('\n');
  }

  /** What goes to the Internet for the others leaves the hub with the hub's own address. */
  static void masquerade(StringBuilder text, Network network) {
    text.append("PostUp = sysctl -qw net.ipv4.ip_forward=1");
    text.append(network.v6() == null ? "\n" : " net.ipv6.conf.all.forwarding=1\n");
    text.append("PostUp = nft 'add table inet warren_%i; ");
    text.append("add chain inet warren_%i out { type nat hook postrouting priority 100; }");
    for (Prefix prefix : network.prefixes()) {
      text.append("; add rule inet warren_%i out ").append(prefix.isV6() ? "ip6" : "ip");
      text.append(" saddr ").append(prefix).append(" oifname != \"%i\" masquerade");
    }
    text.append("'\nPostDown = nft delete table inet warren_%i\n");
  }
}
