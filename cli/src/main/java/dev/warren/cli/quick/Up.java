package dev.warren.cli.quick;

import dev.warren.cli.daemon.EndpointNames;
import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.RouteTable;
import dev.warren.linux.LinuxException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code warren up}: the whole way up, or none of it. */
final class Up {
  /** {@code off} leaves endpoints where their names led to at first. */
  static final String REFRESH = "WARREN_ENDPOINT_REFRESH";

  private final Task task;

  Up(Task task) {
    this.task = task;
  }

  int run() throws IOException {
    String name = task.file().name();
    try (Host host = Host.open(task.environment(), task.err())) {
      if (host.network().link(name) != null) {
        throw new IOException("`" + name + "' already exists");
      }
      return run(host, table());
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private int run(Host host, int table) {
    Executor executor = new Executor(host, task.program(), task.err());
    return whole(executor, () -> climb(executor, table));
  }

  /** The way up. */
  @FunctionalInterface
  interface Way {
    void climb() throws StepFailure;
  }

  /** Goes the whole way, or undoes what was done of it; answers the exit status. */
  static int whole(Executor executor, Way way) {
    Interruption interruption = null;
    int status = 0;
    try {
      interruption = Interruption.install(executor.host());
      way.climb();
      interruption.holdOff();
    } catch (StepFailure e) {
      status = e.status();
      undo(executor, interruption);
    } catch (RuntimeException | Error e) {
      // Our bug, but the host is not to pay for it.
      status = 1;
      undo(executor, interruption);
      throw e;
    } finally {
      if (interruption != null) {
        interruption.finished(status);
      }
    }
    return status;
  }

  private static void undo(Executor executor, @Nullable Interruption interruption) {
    if (interruption != null) {
      interruption.holdOff();
    }
    executor.undoAll();
  }

  private void climb(Executor executor, int table) throws StepFailure {
    String name = task.file().name();
    Step start = startDaemon(name);
    Step configure = WireGuardSteps.configure(task.file(), task.configuration());
    executor.perform(UpPlan.first(name, task.configuration().device(), start, configure));
    Facts facts;
    try {
      InterfaceState state = new UapiSockets().get(name);
      facts = new FactFinder(executor.host(), task.configuration().device(), state).find(table);
    } catch (UapiException e) {
      throw executor.failure("cannot ask " + name + ": " + e.reason());
    } catch (LinuxException e) {
      throw executor.failure(String.valueOf(e.getMessage()));
    }
    executor.perform(new UpPlan(name, task.configuration().device(), facts).second());
  }

  private Step startDaemon(String name) {
    boolean refreshes = !"off".equals(task.environment().get(REFRESH));
    EndpointNames names =
        refreshes ? WireGuardSteps.endpointNames(task.configuration()) : EndpointNames.NONE;
    return new Step("warren run " + name, host -> host.startDaemon(name, names))
        .undoneBy(RoutingSteps.deleteLink(name));
  }

  /** The number of the table that the file names, or 0. */
  private int table() throws IOException {
    @Nullable RouteTable table = task.configuration().device().table();
    if (table == null || table.isAuto() || table.isOff()) {
      return 0;
    }
    int number = table.number() < 0 ? TableNames.number(table.text()) : (int) table.number();
    if (number == 0) {
      throw new IOException(
          task.file().path() + ": there is no routing table called `" + table.text() + "'");
    }
    return number;
  }
}
