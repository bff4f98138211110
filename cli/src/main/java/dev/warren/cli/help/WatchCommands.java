package dev.warren.cli.help;

import static dev.warren.cli.help.Argument.Kind.INTERFACE;

/** The commands that look at tunnels and at configurations. */
final class WatchCommands {

  private static final String AS_JSON = "say it as JSON";
  private static final String NOT_UNDERSTOOD = "the command line is not understood";

  private WatchCommands() {}

  static Command status() {
    return Command.named("status", "show the tunnels, and how each peer is")
        .synopsis("[-w] [-j] [INTERFACE]")
        .text(
            """
            Shows every tunnel at a glance: for each peer whether it is up, stale or was never
            there, why, and how much goes each way now. Peers are called by the names that
            comments in the configuration give them.
            """)
        .option("-w, --watch", "stay, and keep the screen up to date until `q` or Ctrl-C")
        .option("-n, --no-rates", "do not take half a second to see how much goes each way")
        .option("-j, --json", AS_JSON)
        .argument(INTERFACE)
        .example("sudo warren status --watch", "keep an eye on all tunnels")
        .exit(0, "it was shown")
        .exit(1, "an interface could not be asked")
        .exit(2, NOT_UNDERSTOOD)
        .see("warren-doctor(1)", "warren-wg(1)");
  }

  static Command doctor() {
    return Command.named("doctor", "find why a tunnel does not work")
        .synopsis("[-j] [INTERFACE | FILE]")
        .text(
            """
            Looks at interfaces, or at one, or at a configuration, for what keeps a tunnel from
            working: keys, endpoints, answers, allowed IPs, MTU, clock, routes, forwarding and
            firewall. For each finding it says what it saw and what to do.
            """)
        .option("-j, --json", AS_JSON)
        .argument(INTERFACE)
        .example("sudo warren doctor wg0", "why does nobody answer?")
        .exit(0, "nothing is wrong")
        .exit(1, "something is")
        .exit(2, NOT_UNDERSTOOD)
        .see("warren-status(1)", "warren-config(1)");
  }

  static Command config() {
    return Command.named("config", "make, extend and check configurations")
        .synopsis("new | add-peer | check [OPTION]... ...")
        .text(
            """
            `new` makes the configurations of machines that meet at a hub, keys and addresses
            assigned; `add-peer` adds a machine to the file of a hub; `check` says line and
            column of what is wrong, and what does not fit together. `warren config --help` has
            all options.
            """)
        .option("-q, --qr", "show the configuration as a QR code, for the phone apps")
        .option("-j, --json", AS_JSON)
        .example("warren config new vps=vps.example.net home laptop", "a hub and two others")
        .example("warren config add-peer vps.conf phone --qr", "one more, for a phone")
        .example("warren config check *.conf", "what is wrong, what does not fit")
        .exit(0, "done; with `check`: nothing is wrong")
        .exit(1, "it could not be done, or something is wrong")
        .exit(2, NOT_UNDERSTOOD)
        .see("warren-up(1)", "warren-doctor(1)");
  }
}
