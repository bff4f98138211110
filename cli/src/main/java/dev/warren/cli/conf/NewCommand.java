package dev.warren.cli.conf;

import dev.warren.cli.json.JsonWriter;
import dev.warren.cli.terminal.Ink;
import dev.warren.crypto.RandomSource;
import dev.warren.packet.IpAddress;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code warren config new}: the files of a new star. */
final class NewCommand {
  private static final List<String> OPTIONS =
      List.of("--json", "--qr", "--directory", "--network", "--all-traffic", "--psk", "--dns");

  private final ConfigCommand.Streams streams;
  private final RandomSource random;

  NewCommand(ConfigCommand.Streams streams, RandomSource random) {
    this.streams = streams;
    this.random = random;
  }

  int run(List<String> arguments) throws Machine.BadWord, IOException {
    Options options = Options.parse(arguments, OPTIONS);
    if (options.help) {
      return streams.help();
    }
    List<Machine> machines = new ArrayList<>();
    for (String word : options.words) {
      machines.add(Machine.parse(word));
    }
    String wanted = options.network;
    Network network = wanted == null ? Network.random(random) : Network.parse(wanted);
    if (network == null) {
      throw new Machine.BadWord(
          "`" + wanted + "' is not a network such as 10.9.8.0/24, fd00::/64 or both with a comma");
    }
    Star star = new Star(machines, network, options.wishes(), random);
    Map<Path, String> texts = new LinkedHashMap<>();
    texts.put(file(options, star.hub()), star.hubText());
    for (Star.Member member : star.others()) {
      texts.put(file(options, member), star.text(member));
    }
    try (PrivateFiles files = new PrivateFiles()) {
      files.create(texts);
      files.keep();
    } catch (FileAlreadyExistsException e) {
      throw new IOException(e.getFile() + " is there already, and is not overwritten", e);
    }
    if (options.json) {
      Ink.print(streams.out(), json(star, options));
    } else {
      Ink.print(streams.out(), said(star, options));
    }
    if (options.qr) {
      for (Star.Member member : star.others()) {
        streams.showCode(file(options, member).toString(), star.text(member), options.json);
      }
    }
    return 0;
  }

  private static Path file(Options options, Star.Member member) {
    return options.folder.resolve(member.machine().fileName());
  }

  private static String said(Star star, Options options) {
    List<Star.Member> members = new ArrayList<>();
    members.add(star.hub());
    members.addAll(star.others());
    int nameColumns = 0;
    int fileColumns = 0;
    for (Star.Member member : members) {
      nameColumns = Math.max(nameColumns, member.machine().name().length());
      fileColumns = Math.max(fileColumns, file(options, member).toString().length());
    }
    StringBuilder text = new StringBuilder("Made, for your eyes only, since keys are in them:\n\n");
    for (Star.Member member : members) {
      text.append("  ").append(Ink.left(file(options, member).toString(), fileColumns));
      text.append("  ").append(Ink.left(member.machine().name(), nameColumns));
      for (IpAddress address : star.network().addresses(member.number())) {
        text.append("  ").append(address);
      }
      if (member.machine().isReachable()) {
        text.append("  at ").append(member.machine().endpoint());
      }
      text.append('\n');
    }
    String hub = star.hub().machine().name();
    Path hubFile = file(options, star.hub());
    text.append(
        "\nWhat to do next:\n\n  1. Take each file to its machine, as /etc/wireguard/wg0.conf,\n");
    text.append("     and start it there: warren up wg0\n");
    text.append("     A phone reads its file from the screen: warren config check --qr FILE\n");
    text.append("  2. On ").append(hub).append(", let UDP port ");
    text.append(star.hub().machine().listenPort()).append(" in, if it has a firewall.\n");
    if (star.others().size() > 1 && !options.allTraffic) {
      text.append("  3. So that the others reach each other through ").append(hub);
      text.append(", there:\n     sysctl -w net.ipv4.ip_forward=1");
      text.append(star.network().v6() == null ? "\n" : " net.ipv6.conf.all.forwarding=1\n");
    }
    text.append("\nA machine more, later: warren config add-peer ")
        .append(hubFile)
        .append(" NAME\n");
    return text.toString();
  }

  private static String json(Star star, Options options) {
    JsonWriter json = new JsonWriter().object();
    json.name("networks").array();
    star.network().prefixes().forEach(prefix -> json.value(prefix.toString()));
    json.end().name("machines").array();
    add(json, star, star.hub(), options);
    for (Star.Member member : star.others()) {
      add(json, star, member, options);
    }
    return json.end().end().text();
  }

  private static void add(JsonWriter json, Star star, Star.Member member, Options options) {
    Machine machine = member.machine();
    json.object().name("name").value(machine.name());
    json.name("file").value(file(options, member).toString());
    json.name("public_key").value(member.keys().publicKey());
    json.name("endpoint").value(machine.isReachable() ? machine.endpoint() : null);
    json.name("addresses").array();
    for (IpAddress address : star.network().addresses(member.number())) {
      json.value(address.toString());
    }
    json.end().end();
  }
}
