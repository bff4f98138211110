package dev.warren.cli.conf;

import dev.warren.cli.json.JsonWriter;
import dev.warren.cli.terminal.Ink;
import dev.warren.cli.view.PeerNames;
import dev.warren.config.AllowedIp;
import dev.warren.config.Configuration;
import dev.warren.config.InterfaceAddress;
import dev.warren.config.PeerConfig;
import dev.warren.config.Services;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code warren config add-peer}: one machine more in a star.
 *
 * <p>The newcomer's file is made first, then the hub's is replaced; if that fails, the newcomer's
 * goes again. The hub's file keeps every byte that it has, and gains a section at its end.
 */
final class AddPeerCommand {
  private static final List<String> OPTIONS =
      List.of("--json", "--qr", "--directory", "--all-traffic", "--psk", "--dns", "--endpoint");

  private final ConfigCommand.Streams streams;
  private final RandomSource random;
  private final Services services;

  AddPeerCommand(ConfigCommand.Streams streams, RandomSource random, Services services) {
    this.streams = streams;
    this.random = random;
    this.services = services;
  }

  int run(List<String> arguments) throws Machine.BadWord, IOException {
    Options options = Options.parse(arguments, OPTIONS);
    if (options.help) {
      return streams.help();
    }
    if (options.words.size() != 2) {
      throw new Machine.BadWord("add-peer takes the hub's FILE and the NAME of the newcomer");
    }
    Machine newcomer = Machine.parse(options.words.get(1));
    Sheet sheet = Sheet.read(Sheet.file(options.words.get(0)), services);
    try {
      Configuration hub = sheet.configuration();
      if (hub == null) {
        throw new IOException(
            sheet
                + " has errors, and is left alone: `warren config check "
                + sheet
                + "' says which");
      }
      return add(options, newcomer, sheet, hub);
    } finally {
      sheet.wipe();
    }
  }

  private int add(Options options, Machine newcomer, Sheet sheet, Configuration hub)
      throws Machine.BadWord, IOException {
    PublicKey hubKey = sheet.publicKey();
    if (hubKey == null) {
      throw new IOException(sheet + " has no PrivateKey");
    }
    for (String name : PeerNames.in(sheet.utf8()).values()) {
      if (name.equalsIgnoreCase(newcomer.name())) {
        throw new IOException(sheet + " has a peer called " + name + " already");
      }
    }
    Network network = network(sheet, hub);
    int number = network.freeNumber(taken(hub));
    if (number == 0) {
      throw new IOException("no address is free in " + network);
    }
    String preshared = options.preshared ? KeyPair.generatePreshared(random) : null;
    Star.Member member = new Star.Member(newcomer, number, KeyPair.generate(random), preshared);
    String hubName = sheet.remark("Name");
    String text =
        Star.memberText(
            member,
            network,
            options.wishes(),
            hubName.isEmpty() ? "hub" : hubName,
            hubKey.toString(),
            endpoint(options, sheet, hub));
    Path file = options.folder.resolve(newcomer.fileName());
    try (PrivateFiles files = new PrivateFiles()) {
      files.create(Map.of(file, text));
      byte[] extended = extended(sheet.text(), member, network);
      PrivateFiles.replace(sheet.file(), extended);
      files.keep();
    } catch (FileAlreadyExistsException e) {
      throw new IOException(e.getFile() + " is there already, and is not overwritten", e);
    }
    say(options, sheet, hub, member, network, file);
    if (options.qr) {
      streams.showCode(file.toString(), text, options.json);
    }
    return 0;
  }

  private static Network network(Sheet sheet, Configuration hub) throws IOException {
    List<Prefix> networks = new ArrayList<>();
    for (InterfaceAddress address : hub.device().addresses()) {
      networks.add(address.network());
    }
    Network network = Network.around(networks);
    if (network.isEmpty()) {
      throw new IOException(
          sheet + " has no Address with a network, such as 10.9.8.1/24, to take an address from");
    }
    return network;
  }

  /** What somebody has: the hub its addresses, and peers what they are allowed. */
  private static List<Prefix> taken(Configuration hub) {
    List<Prefix> taken = new ArrayList<>();
    for (InterfaceAddress address : hub.device().addresses()) {
      taken.add(Prefix.of(address.address()));
    }
    for (PeerConfig peer : hub.peers()) {
      for (AllowedIp allowed : peer.allowedIps()) {
        taken.add(allowed.prefix());
      }
    }
    return taken;
  }

  /** Where the newcomer finds the hub: as told now, or as a comment of ours in its file says. */
  private static String endpoint(Options options, Sheet sheet, Configuration hub)
      throws Machine.BadWord {
    Integer port = hub.device().listenPort();
    if (port == null || port == 0) {
      throw new Machine.BadWord(sheet + " has no ListenPort, so nobody can find it");
    }
    String told = options.endpoint;
    String where = told == null ? sheet.remark("Endpoint") : told;
    if (where.isEmpty()) {
      throw new Machine.BadWord(
          sheet + " does not say where it is reached; say it with --endpoint HOST");
    }
    Machine machine = Machine.at("hub", where);
    return new Machine("hub", machine.host(), machine.port() == 0 ? port : machine.port())
        .endpoint();
  }

  /** The hub's file with a section more, its lines ended as the others are. */
  private static byte[] extended(String text, Star.Member member, Network network) {
    StringBuilder section = new StringBuilder();
    Star.appendPeer(
        section,
        member.machine().name(),
        member.keys().publicKey(),
        member.presharedKey(),
        network.allowedIps(member.number()));
    if (member.machine().isReachable()) {
      section.append("Endpoint = ").append(member.machine().endpoint()).append('\n');
    }
    String end = text.contains("\r\n") ? "\r\n" : "\n";
    String begun = text.isEmpty() || text.endsWith("\n") ? text : text + end;
    return (begun + section.toString().replace("\n", end)).getBytes(StandardCharsets.ISO_8859_1);
  }

  private void say(
      Options options,
      Sheet sheet,
      Configuration hub,
      Star.Member member,
      Network network,
      Path file) {
    String name = member.machine().name();
    if (options.json) {
      JsonWriter json = new JsonWriter().object();
      json.name("name").value(name).name("file").value(file.toString());
      json.name("public_key").value(member.keys().publicKey());
      json.name("addresses").array();
      network.addresses(member.number()).forEach(address -> json.value(address.toString()));
      Ink.print(streams.out(), json.end().end().text());
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append("Made ").append(file).append(", and added ").append(name).append(" to ");
    text.append(sheet).append(":\n\n  ").append(name);
    for (IpAddress address : network.addresses(member.number())) {
      text.append("  ").append(address);
    }
    text.append("\n\nWhat to do next:\n\n  1. Take ").append(file).append(" to ").append(name);
    text.append(", as /etc/wireguard/wg0.conf, and start it\n     there: warren up wg0\n");
    text.append("     A phone reads it from the screen: warren config check --qr ").append(file);
    text.append("\n  2. If the hub runs, tell it there: warren wg syncconf ");
    text.append(sheet.interfaceName());
    text.append(" <(warren strip ").append(sheet).append(")\n");
    if (Boolean.TRUE.equals(hub.device().saveConfig())) {
      text.append("     Do that before it goes down: with SaveConfig it writes its file anew.\n");
    }
    if (options.allTraffic && hub.device().postUp().isEmpty()) {
      text.append("  3. The hub has no PostUp, so it may not pass on what ").append(name);
      text.append(
          " sends to the Internet.\n     These lines in its [Interface] have it do so:\n\n");
      StringBuilder lines = new StringBuilder();
      Star.masquerade(lines, network);
      text.append(lines);
    }
    Ink.print(streams.out(), text.toString());
  }
}
