package io.vpccni.netprog.netlink;

import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.rpc.address.Cidr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Behaves like the kernel with links, addresses, routes and rules, as far as the host needs it. It
 * reads the very bytes that would be sent.
 */
public final class FakeKernel {
  public final Map<Integer, Link> links = new LinkedHashMap<>();
  public final List<Address> addresses = new ArrayList<>();
  public final List<Route> routes = new ArrayList<>();
  public final List<Rule> rules = new ArrayList<>();

  public KernelView view() {
    return new KernelView(links.values(), addresses, routes, rules, List.of());
  }

  public void apply(Collection<Request> requests) {
    requests.forEach(this::apply);
  }

  private void apply(Request request) {
    var bytes = ByteBuffer.allocate(request.size()).order(ByteOrder.nativeOrder());
    request.write(bytes, 1);
    var message = Reply.read(bytes.flip()).getFirst();
    switch (message.type()) {
      case Rule.RTM_NEWRULE -> {
        boolean exclusive = (message.flags() & Request.NLM_F_EXCL) != 0;
        add(Rule.read(message).orElseThrow(), exclusive);
      }
      case Rule.RTM_DELRULE -> delete(Rule.read(message).orElseThrow());
      case Route.RTM_NEWROUTE -> replace(Route.read(message).orElseThrow());
      case Route.RTM_DELROUTE -> delete(Route.read(message).orElseThrow());
      case Address.RTM_NEWADDR -> add(Address.read(message).orElseThrow());
      case Address.RTM_DELADDR -> addresses.remove(Address.read(message).orElseThrow());
      case Link.RTM_NEWLINK -> change(message);
      default -> throw new AssertionError("message " + message.type());
    }
  }

  private void add(Rule rule, boolean exclusive) {
    if (!exclusive || !rules.contains(rule)) {
      int at = 0;
      while (at < rules.size() && rules.get(at).priority() <= rule.priority()) {
        at++;
      }
      rules.add(at, rule);
    }
  }

  /**
   * Deletes the first rule that has what the message says; what it does not say matches anything.
   */
  private void delete(Rule said) {
    rules.stream()
        .filter(
            rule ->
                rule.v6() == said.v6()
                    && rule.priority() == said.priority()
                    && rule.table() == said.table()
                    && (said.from().isEmpty() || said.from().equals(rule.from()))
                    && (said.to().isEmpty() || said.to().equals(rule.to()))
                    && (said.iif().isEmpty() || said.iif().equals(rule.iif()))
                    && (said.mask() == 0 || said.mark() == rule.mark())
                    && (said.ipProtocol() == 0 || said.ipProtocol() == rule.ipProtocol()))
        .findFirst()
        .ifPresent(rules::remove);
  }

  private void replace(Route route) {
    routes.removeIf(
        other ->
            other.to().equals(route.to())
                && other.table() == route.table()
                && other.metric() == route.metric());
    routes.add(route);
  }

  private void delete(Route said) {
    routes.removeIf(
        route ->
            route.to().equals(said.to())
                && route.table() == said.table()
                && route.link() == said.link());
  }

  /** Adds an address and the route to its own block, as the kernel does. */
  private void add(Address address) {
    if (addresses.contains(address)) {
      return;
    }
    addresses.add(address);
    if (!address.ip().v6() && address.prefix() < 32) {
      var connected =
          Route.onLink(new Cidr(address.ip(), address.prefix()), address.link(), Route.MAIN)
              .withSource(address.ip());
      routes.add(connected);
    }
  }

  private void change(Reply message) {
    var said = Link.read(message).orElseThrow();
    var link = Optional.ofNullable(links.get(said.index())).orElseThrow();
    links.put(
        link.index(),
        new Link(
            link.index(),
            link.name(),
            link.mac(),
            said.mtu() == 0 ? link.mtu() : said.mtu(),
            link.up() || said.up(),
            link.peer(),
            link.peerNamespace(),
            link.master(),
            link.kind()));
  }
}
