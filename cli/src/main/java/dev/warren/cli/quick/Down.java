package dev.warren.cli.quick;

import dev.warren.cli.quick.Facts.Resolver;
import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.InterfaceConfig;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code warren down} and {@code warren save}.
 *
 * <p>The way down goes on after a failure, except that a failing PreDown hook keeps the interface:
 * that is what such hooks are for. What is gone already is no failure. An interface whose daemon
 * was killed has left rules behind: these are taken away too.
 */
final class Down {
  private final Task task;
  private final UapiSockets sockets = new UapiSockets();

  Down(Task task) {
    this.task = task;
  }

  int run() throws IOException {
    try (Host host = Host.open(task.environment(), task.err())) {
      return run(host);
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Executor.STOPPED;
    }
  }

  private int run(Host host) throws IOException, LinuxException, InterruptedException {
    String name = task.file().name();
    InterfaceConfig config = task.configuration().device();
    Executor executor = new Executor(host, task.program(), task.err());
    Resolver resolver = NameServers.resolver(host);
    InterfaceState state = state();
    if (state == null) {
      boolean hadDefaultRoute = FirewallRules.exist(host, name);
      if (!hadDefaultRoute && !hasNameServers(host)) {
        throw notOurs();
      }
      if (hadDefaultRoute) {
        removeRules(executor, null);
      }
    } else {
      try {
        executor.perform(UpPlan.hooks(name, config.preDown()));
        if (Boolean.TRUE.equals(config.saveConfig())) {
          executor.perform(List.of(save(state)));
        }
      } catch (StepFailure e) {
        return e.status();
      }
      if (state.fwmark() != 0 && FactFinder.hasDefaultRoute(config, FactFinder.allowedIps(state))) {
        removeRules(executor, state);
      }
      executor.performAll(DownPlan.link(name, config, resolver));
    }
    executor.performAll(DownPlan.rest(name, config, resolver));
    executor.performAll(UpPlan.hooks(name, config.postDown()));
    return executor.hasFailed() ? 1 : 0;
  }

  int save() throws IOException {
    InterfaceState state = state();
    if (state == null) {
      throw notOurs();
    }
    try (Host host = Host.open(task.environment(), task.err())) {
      SavedState.save(host, task.file(), task.configuration(), state);
      return 0;
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Executor.STOPPED;
    }
  }

  /** The interface, or null when there is no such one. */
  private @Nullable InterfaceState state() throws IOException {
    if (sockets.isKernels(task.file().name())) {
      throw new IOException(
          "the kernel runs `" + task.file().name() + "': take it down with the original wg-quick");
    }
    try {
      return sockets.find(task.file().name());
    } catch (UapiException e) {
      throw new IOException("cannot ask " + task.file().name() + ": " + e.reason(), e);
    }
  }

  private IOException notOurs() {
    return new IOException("`" + task.file().name() + "' is not a WireGuard interface");
  }

  private Step save(InterfaceState state) {
    return new Step(
        "wg showconf " + task.file().name() + " > " + task.file().path(),
        host -> SavedState.save(host, task.file(), task.configuration(), state));
  }

  /** Whether the name servers of an interface that is gone are the host's still. */
  private boolean hasNameServers(Host host) throws InterruptedException {
    if (task.configuration().device().dns().isEmpty()) {
      return false;
    }
    List<String> servers =
        NameServers.present(host, NameServers.resolvconfName(task.file().name()));
    return servers != null && !servers.isEmpty();
  }

  /** Removes the rules of the interface; when it is gone, those that lead nowhere. */
  private void removeRules(Executor executor, @Nullable InterfaceState state) {
    Host host = executor.host();
    try {
      List<Integer> tables = state == null ? orphanTables(host) : List.of(state.fwmark());
      executor.performAll(rules(host, tables));
    } catch (LinuxException e) {
      executor.fail(String.valueOf(e.getMessage()));
    } catch (UapiException e) {
      executor.fail("cannot tell whose rules there are: " + e.reason());
    }
  }

  /** The steps that remove the rules of these tables, in both families. */
  private static List<Step> rules(Host host, List<Integer> tables) throws LinuxException {
    List<Step> steps = new ArrayList<>();
    for (boolean v6 : new boolean[] {false, true}) {
      steps.addAll(DownPlan.rules(rules(host, v6), tables));
    }
    return steps;
  }

  /** All rules of a family; none where the kernel has no rules for it. */
  private static List<Rule> rules(Host host, boolean v6) throws LinuxException {
    try {
      return host.network().rules(v6);
    } catch (LinuxException e) {
      if (FactFinder.isMissing(e)) {
        return List.of();
      }
      throw e;
    }
  }

  /** The tables of interfaces that are no more: rules lead there, and there are no routes. */
  private List<Integer> orphanTables(Host host) throws LinuxException, UapiException {
    List<Rule> rules = new ArrayList<>(rules(host, false));
    rules.addAll(rules(host, true));
    return DownPlan.orphanTables(
        rules, livingMarks(), table -> FactFinder.isEmpty(host.network(), table));
  }

  /** The marks of the interfaces that answer. */
  private List<Integer> livingMarks() throws UapiException {
    List<Integer> marks = new ArrayList<>();
    for (String name : sockets.listUserspace()) {
      try {
        marks.add(sockets.get(name).fwmark());
      } catch (UapiException e) {
        // It does not say which are its own.
      }
    }
    return marks;
  }
}
