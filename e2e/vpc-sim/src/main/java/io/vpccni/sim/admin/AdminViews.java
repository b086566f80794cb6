package io.vpccni.sim.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloudwatch.Datum;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.Views;
import io.vpccni.sim.faults.CallLog;
import io.vpccni.sim.http.Endpoints;
import java.time.Instant;
import java.util.Collection;

/** Renders the state of the cloud, its call log and its metrics as JSON. */
final class AdminViews {
  private AdminViews() {}

  static JsonObject calls(CallLog log, boolean withEntries) {
    var counts = new JsonObject();
    log.counts()
        .forEach(
            (action, outcomes) -> {
              var ofAction = new JsonObject();
              outcomes.forEach(ofAction::put);
              counts.put(action, ofAction);
            });
    var json =
        new JsonObject()
            .put("total", log.total())
            .put("mutating", log.mutating())
            .put("counts", counts);
    if (withEntries) {
      var entries = new JsonArray();
      log.entries().forEach(entry -> entries.add(entry(entry)));
      json.put("entries", entries);
    }
    return json;
  }

  private static JsonObject entry(CallLog.Entry entry) {
    return new JsonObject()
        .put("at", entry.at().toString())
        .put("action", entry.action())
        .put("outcome", entry.outcome())
        .put("caller", entry.caller())
        .put("request", entry.request());
  }

  static JsonObject state(Cloud cloud, Endpoints endpoints, Instant now) {
    var state = cloud.state();
    var vpcs = new JsonObject();
    state.vpcs().stream()
        .forEach(
            vpc -> vpcs.put(vpc.id(), new JsonObject().put("cidrs", texts(vpc.cidrs().values()))));
    var subnets = new JsonObject();
    state.subnets().stream()
        .forEach(
            subnet -> {
              var json =
                  new JsonObject()
                      .put("vpc", subnet.vpcId())
                      .put("zone", subnet.zone())
                      .put("cidr", subnet.cidr().toString())
                      .put("free", Views.subnet(state, subnet).free())
                      .put("tags", tags(state, subnet.id()));
              subnets.put(subnet.id(), json);
            });
    var instances = new JsonObject();
    state.instances().stream()
        .forEach(
            instance -> {
              var imds = endpoints.imds().get(instance.id());
              var json =
                  new JsonObject()
                      .put("type", instance.type())
                      .put("subnet", instance.subnetId())
                      .put("running", instance.running())
                      .put("tags", tags(state, instance.id()));
              if (imds != null) {
                json.put("imds", imds.toString());
              }
              instances.put(instance.id(), json);
            });
    var enis = new JsonObject();
    state.enis().stream().forEach(eni -> enis.put(eni.id(), eni(state, eni, now)));
    return new JsonObject()
        .put("region", state.region())
        .put("vpcs", vpcs)
        .put("subnets", subnets)
        .put("instances", instances)
        .put("enis", enis);
  }

  private static JsonObject eni(CloudState state, Eni eni, Instant now) {
    var json =
        new JsonObject()
            .put("subnet", eni.subnetId())
            .put("mac", eni.mac())
            .put("type", eni.type())
            .put("status", eni.status(now))
            .put("addresses", texts(eni.addresses()))
            .put("tags", tags(state, eni.id()));
    eni.primary().ifPresent(ip -> json.put("primary", ip.toString()));
    eni.publicIp().ifPresent(ip -> json.put("publicIp", ip.toString()));
    eni.attachment()
        .ifPresent(
            at ->
                json.put("instance", at.instanceId())
                    .put("deviceIndex", at.deviceIndex())
                    .put("card", at.card())
                    .put("deleteOnTermination", at.deleteOnTermination()));
    return json;
  }

  static JsonArray metrics(Collection<Datum> data) {
    var all = new JsonArray();
    for (var datum : data) {
      var dimensions = new JsonObject();
      datum.dimensions().forEach(dimensions::put);
      all.add(
          new JsonObject()
              .put("arrived", datum.arrived().toString())
              .put("namespace", datum.namespace())
              .put("name", datum.name())
              .put("dimensions", dimensions)
              .put("values", new JsonArray(datum.values()))
              .put("counts", new JsonArray(datum.counts()))
              .put("unit", datum.unit())
              .put("protocol", datum.protocol())
              .put("compressed", datum.compressed()));
    }
    return all;
  }

  private static JsonObject tags(CloudState state, String id) {
    var json = new JsonObject();
    state.tagsOf(id).forEach(json::put);
    return json;
  }

  private static JsonArray texts(Collection<Cidr> cidrs) {
    var all = new JsonArray();
    cidrs.forEach(cidr -> all.add(cidr.toString()));
    return all;
  }
}
