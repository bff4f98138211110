package dev.warren.cli.help;

import static dev.warren.cli.help.Argument.Kind.CONFIGURATION;
import static dev.warren.cli.help.Argument.Kind.FILE;
import static dev.warren.cli.help.Argument.Kind.FOLDER;
import static dev.warren.cli.help.Argument.Kind.INTERFACE;
import static dev.warren.cli.help.Argument.Kind.TUNNEL;
import static dev.warren.cli.help.Argument.Kind.WORDS;

/**
 * The descriptions of what the originals lack: {@code quickstart}, {@code status}, {@code doctor},
 * {@code config}.
 *
 * <p><b>Owner:</b> any thread.
 */
final class CareCommands {
  private static final String NOT_UNDERSTOOD = "the command line is not understood";

  private static final String COLOR_MODE = "`always`, `never` or `auto` (the default)";
  private static final String NO_COLOR = "no colours, when it is not empty";

  private CareCommands() {}

  static Command status() {
    return Command.named("status", "show all tunnels, and how each peer is")
        .synopsis("[--watch [SECONDS]] [--no-rates] [--json] [INTERFACE]...")
        .text(
            """
            Shows the tunnels of this machine, or those named. A peer is up when its keys are in
            use, stale when its last handshake is more than three minutes old, never when there was
            none; the line below it says why.

            Peers are called by the comments in their configuration: `# Name = home` in their
            section, or `# home` on the line above it.
            """)
        .option("-w, --watch", "show it live, every SECONDS (1) or so; q leaves")
        .option("-n, --no-rates", "do not wait half a second to measure rates")
        .option("-j, --json", "show it as JSON; with `--watch` one text after the other")
        .rest(INTERFACE)
        .example("sudo warren status", "all tunnels at a glance")
        .example("sudo warren status -w 5 wg0", "wg0, live, every five seconds")
        .exit(0, "all was shown")
        .exit(1, "an interface could not be asked")
        .exit(2, NOT_UNDERSTOOD)
        .file("/etc/wireguard/INTERFACE.conf", "where the names of peers are")
        .variable("WG_COLOR_MODE", COLOR_MODE)
        .variable("NO_COLOR", NO_COLOR)
        .see("warren-doctor(1)", "warren-wg(1)");
  }

  static Command doctor() {
    return Command.named("doctor", "find why a tunnel does not work, and say what to do")
        .synopsis("[--json] [INTERFACE | FILE]")
        .text(
            """
            Looks at the interface, its daemon, the configuration, routes and firewall, and sends a
            few harmless packets. Each finding says what is wrong, what was seen, and what to do.
            Without an argument it looks at all tunnels that run. A peer that does not answer takes
            it about eight seconds, and it asks eight of a tunnel at a time. Only root sees all.

            WireGuard is silent to whom it does not know, so a wrong key looks like no answer from
            one side; the doctor on the other side can tell.
            """)
        .option("-j, --json", "say it as JSON")
        .argument(TUNNEL)
        .example("sudo warren doctor", "all tunnels that run")
        .example("sudo warren doctor ./home.conf", "a tunnel by its file, running or not")
        .exit(0, "nothing was found")
        .exit(1, "something was found, or it cannot look: there is no FILE")
        .exit(2, NOT_UNDERSTOOD)
        .file("/etc/wireguard/INTERFACE.conf", "what was meant")
        .variable("WG_COLOR_MODE", COLOR_MODE)
        .variable("NO_COLOR", NO_COLOR)
        .see("warren-status(1)", "warren-config(1)");
  }

  static Command quickstart() {
    return Command.named("quickstart", "try a tunnel between two machines, here and without root")
        .synopsis("[FOLDER]")
        .text(
            """
            Makes the configurations of two machines, `home` and `remote`, brings both up as
            processes of yours, has remote fetch a page that home serves on its private address,
            measures how fast the tunnel is, and shows what `wg show` shows of both. It takes some
            seven seconds, and neither root nor an interface.

            The two files stay, in FOLDER or `warren-quickstart`, for your eyes only; the comments
            in them say what to change for real machines. Another run uses them again. Nothing is
            overwritten, and a folder of other things is refused.
            """)
        .argument(FOLDER)
        .example("warren quickstart", "with the files in ./warren-quickstart")
        .exit(0, "the page came through the tunnel")
        .exit(1, "it did not, or it was stopped; what was made is gone again")
        .exit(2, NOT_UNDERSTOOD)
        .variable("WG_COLOR_MODE", COLOR_MODE)
        .variable("NO_COLOR", NO_COLOR)
        .see("warren-config(1)", "warren-up(1)");
  }

  static Command config() {
    return Command.named("config", "make, extend and check configurations")
        .synopsis("new [OPTION]... HUB=HOST[:PORT] NAME...")
        .synopsis("add-peer [OPTION]... FILE NAME")
        .synopsis("check [OPTION]... FILE...")
        .text(
            """
            `new` makes the configurations of machines that meet in a tunnel: keys, addresses, and
            for each NAME a file NAME.conf that its owner alone can read. The first machine with a
            HOST is the hub; the others reach it from wherever they are. Nothing is overwritten.

            `add-peer` adds a machine to the file of a hub, which otherwise stays as it is, byte for
            byte, and makes the file of the newcomer.

            `check` says line and column of what is wrong and what was expected, and warns of what
            looks wrong. Several files are also checked against each other.

            Options of all three: `--qr` and `--json`. Of the first two: `--directory`,
            `--all-traffic`, `--dns` and `--psk`.
            """)
        .option("-q, --qr", "show the configuration as a QR code, for the phone apps")
        .option("-j, --json", "say it as JSON")
        .option(
            "-d, --directory",
            "FOLDER",
            Argument.of(FOLDER),
            "where new files go, instead of the current folder")
        .option(
            "--network",
            "NETWORKS",
            Argument.of(WORDS),
            "`new`: addresses of the tunnel, such as `10.9.8.0/24,fd00:9:8::/64`; by chance when"
                + " unset")
        .option("--all-traffic", "the others send everything through the hub")
        .option("--dns", "ADDRESS", Argument.of(WORDS), "what the others ask for names")
        .option("--psk", "also give each pair a preshared key")
        .option(
            "--endpoint",
            "HOST[:PORT]",
            Argument.of(WORDS),
            "`add-peer`: where the hub is reached, if its file does not say")
        .part(
            Command.named("new", "makes the configurations of a new tunnel")
                .synopsis("HUB=HOST[:PORT] NAME...")
                .option("-q, --qr", "show QR codes")
                .option("-j, --json", "say it as JSON")
                .option("-d, --directory", "FOLDER", Argument.of(FOLDER), "where files go")
                .option("--network", "NETWORKS", Argument.of(WORDS), "addresses of the tunnel")
                .option("--all-traffic", "everything goes through the hub")
                .option("--dns", "ADDRESS", Argument.of(WORDS), "what the others ask for names")
                .option("--psk", "with preshared keys")
                .rest(WORDS))
        .part(
            Command.named("add-peer", "adds a machine to a hub, and makes its file")
                .synopsis("FILE NAME")
                .option("-q, --qr", "show a QR code")
                .option("-j, --json", "say it as JSON")
                .option("-d, --directory", "FOLDER", Argument.of(FOLDER), "where its file goes")
                .option("--endpoint", "HOST[:PORT]", Argument.of(WORDS), "where the hub is reached")
                .option("--all-traffic", "everything goes through the hub")
                .option("--dns", "ADDRESS", Argument.of(WORDS), "what it asks for names")
                .option("--psk", "with a preshared key")
                .argument(CONFIGURATION))
        .part(
            Command.named("check", "says what is wrong with files")
                .synopsis("FILE...")
                .option("-q, --qr", "show QR codes")
                .option("-j, --json", "say it as JSON")
                .rest(FILE))
        .example("warren config new vps=vps.example.net home laptop", "a hub and two machines")
        .example("warren config add-peer vps.conf phone --qr", "one more, shown to a phone")
        .example("warren config check *.conf", "whether all fit together")
        .exit(0, "it did what was asked; `check`: all files can be used")
        .exit(1, "it could not; nothing was changed")
        .exit(2, NOT_UNDERSTOOD)
        .variable("WG_COLOR_MODE", COLOR_MODE)
        .variable("NO_COLOR", NO_COLOR + "; a QR code keeps its own")
        .see("warren-up(1)", "warren-doctor(1)", "wg-quick(8)");
  }
}
