package dev.warren.cli.quick;

import dev.warren.cli.quick.Facts.Resolver;
import dev.warren.config.InterfaceConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The steps that make the tunnel's name servers the host's, and take them back.
 *
 * <p>By {@code resolvconf} with the tunnel's servers before all others and exclusively; where there
 * is only systemd's {@code resolvectl}, by that, with the tunnel as the way for all names.
 *
 * <p><b>Source:</b> wg-quick(8), resolvconf(8), resolvectl(1).
 */
final class NameServers {
  /** Where Debian's resolvconf, which knows no {@code -l}, keeps what it was told. */
  private static final Path KEPT = Path.of("/etc/resolvconf/run/interface");

  private static final Pattern ORDERED_PREFIX = Pattern.compile("([A-Za-z0-9-]+)\\*");

  private NameServers() {}

  /** The tool to use; resolvconf also when there is none, so that the failure names it. */
  static Resolver resolver(Host host) {
    boolean only = !host.has("resolvconf") && host.has("resolvectl");
    return only ? Resolver.RESOLVECTL : Resolver.RESOLVCONF;
  }

  /** Where an order of interfaces is kept, the name must begin as its first pattern says. */
  static String resolvconfName(String name) {
    return resolvconfName(name, Path.of("/etc/resolvconf/interface-order"));
  }

  static String resolvconfName(String name, Path order) {
    try {
      for (String line : Files.readAllLines(order)) {
        Matcher matcher = ORDERED_PREFIX.matcher(line.strip());
        if (matcher.matches()) {
          return matcher.group(1) + "." + name;
        }
      }
    } catch (IOException e) {
      // There is no such order.
    }
    return name;
  }

  static List<Step> set(String name, InterfaceConfig config, Facts facts) {
    if (config.dns().isEmpty()) {
      return List.of();
    }
    Step unset = unset(name, facts.resolver(), facts.resolvconfName());
    if (facts.resolver() == Resolver.RESOLVCONF) {
      String called = facts.resolvconfName();
      String lines = resolvconfLines(config);
      String shown =
          "printf '%s' | resolvconf -a %s -m 0 -x".formatted(lines.replace("\n", "\\n"), called);
      return List.of(
          new Step(shown, host -> host.feed(lines, "resolvconf", "-a", called, "-m", "0", "-x"))
              .undoneEvenIfFailedBy(unset));
    }
    List<String> dns = new ArrayList<>(List.of("resolvectl", "dns", name));
    config.dns().forEach(server -> dns.add(server.toString()));
    List<String> domain = new ArrayList<>(List.of("resolvectl", "domain", name, "~."));
    domain.addAll(config.dnsSearch());
    return List.of(program(dns).undoneEvenIfFailedBy(unset), program(domain));
  }

  private static Step program(List<String> command) {
    return new Step(String.join(" ", command), host -> host.run(command.toArray(String[]::new)));
  }

  private static String resolvconfLines(InterfaceConfig config) {
    StringBuilder lines = new StringBuilder();
    config.dns().forEach(server -> lines.append("nameserver ").append(server).append('\n'));
    if (!config.dnsSearch().isEmpty()) {
      lines.append("search ").append(String.join(" ", config.dnsSearch())).append('\n');
    }
    return lines.toString();
  }

  static Step unset(String name, Resolver resolver, String resolvconfName) {
    if (resolver == Resolver.RESOLVCONF) {
      return program(List.of("resolvconf", "-d", resolvconfName, "-f"));
    }
    return program(List.of("resolvectl", "revert", name));
  }

  /** The name servers that resolvconf has for the interface; null when that cannot be told. */
  static @Nullable List<String> present(Host host, String resolvconfName)
      throws InterruptedException {
    return present(host, resolvconfName, KEPT);
  }

  static @Nullable List<String> present(Host host, String resolvconfName, Path kept)
      throws InterruptedException {
    if (!host.has("resolvconf")) {
      return null;
    }
    String said = host.output("resolvconf", "-l", resolvconfName);
    if (said == null) {
      try {
        said = Files.readString(kept.resolve(resolvconfName), StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        return null;
      }
    }
    List<String> servers = new ArrayList<>();
    for (String line : said.lines().toList()) {
      if (line.startsWith("nameserver ")) {
        servers.add(line.substring("nameserver ".length()).strip());
      }
    }
    return servers;
  }
}
