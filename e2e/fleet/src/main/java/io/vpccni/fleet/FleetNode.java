package io.vpccni.fleet;

import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.eni.Ec2Context;
import io.vpccni.ipamd.ec2.eni.Ec2RequestHandler;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** This is one node of the fleet: its instance, its agent and its pods. */
final class FleetNode {
  private final Place place;
  private final String instance;
  private final Account account;
  private final NodeScheduler later;
  private final NodePods pods;
  private final NodeAgent agent;

  /**
   * Says which node it is.
   *
   * @param number unique in the run, from 1
   * @param zone counted from 0
   */
  record Place(int number, int zone) {}

  /** These are the parts that all nodes share. */
  record Surroundings(VirtualClock clock, Account account, RequestLimits requests, Waits waits) {}

  FleetNode(
      Place place,
      Scenario scenario,
      InstanceLimits type,
      Surroundings shared,
      SplittableRandom chance) {
    this.place = place;
    this.instance = "i-%017x".formatted(place.number());
    this.account = shared.account();
    this.later = new NodeScheduler(shared.clock());
    var subnet = account.subnets().get(place.zone());
    var primary = account.launch(instance, subnet.id());
    var facts =
        new NodeFacts(
            new NodeFacts.Instance(
                instance, scenario.group().instanceType(), "us-west-2", "zone-" + place.zone()),
            new NodeFacts.Vpc(
                "vpc-00000000000000001", List.of(Cidr.parse("10.0.0.0/8")), List.of()),
            new NodeFacts.Primary(
                primary.id(),
                primary.mac(),
                subnet.id(),
                primary.ipv4().stream().findFirst(),
                Optional.empty()));
    var listener = new Silence();
    var caller =
        new Ec2Caller(later, chance.split(), Ec2Settings.DEFAULT_OVERALL_TIMEOUT, listener);
    int slots = type.ipv4Limit() - 1;
    var api =
        new AccountApi(
            account,
            shared.requests(),
            caller,
            later,
            new AccountApi.NodeIdentity(instance, subnet.id(), type.eniLimit(), slots));
    var imds = new NodeImds(account, later, facts, subnet.cidr());
    var ec2 =
        new Ec2RequestHandler(
            new Ec2Context(
                facts,
                Optional.of(type),
                ec2Settings(),
                api,
                imds,
                later,
                shared.clock(),
                chance.split(),
                listener));
    pods = new NodePods(shared.clock(), later, chance.split(), scenario.pods(), shared.waits());
    agent = new NodeAgent(later, imds, ec2, scenario.group().settings(), pods);
    agent.start(facts, new Limits(type.eniLimit(), slots, 1));
    pods.start(agent);
  }

  private static Ec2Settings ec2Settings() {
    return new Ec2Settings(
        new Ec2Settings.Connection(
            Optional.empty(),
            Duration.ofSeconds(10),
            Ec2Settings.DEFAULT_OVERALL_TIMEOUT,
            "",
            new Ec2Settings.Transport(Optional.empty(), "", "", "")),
        new Ec2Settings.Tagging("fleet", Map.of(), true),
        new Ec2Settings.Networking(false, false, true, false),
        new Ec2Settings.Access(true, false, true));
  }

  NodePods pods() {
    return pods;
  }

  int zone() {
    return place.zone();
  }

  /** Returns how many addresses for pods EC2 has given to the node. */
  long held() {
    long held = 0;
    for (var eni : account.of(instance)) {
      held += eni.ipv4().size() - 1;
      held += eni.prefixes().stream().mapToLong(Cidr::size).sum();
    }
    return held;
  }

  void end() {
    later.end();
    account.terminate(instance);
  }

  /** The account counts the requests itself, and the result has no conditions. */
  private static final class Silence implements Ec2Listener {
    @Override
    public void called(ApiCallMade call) {}

    @Override
    public void condition(ConditionChanged change) {}

    @Override
    public void failed(EniStepFailed failed) {}
  }
}
