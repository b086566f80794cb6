package io.vpccni.sim.imds;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.Instance;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the metadata tree of one instance. IMDS is always a little behind: interfaces and addresses
 * come from two older states, everything else from the current one.
 *
 * @param now is the state in which the instance itself, its role and its networks are read
 * @param interfaces is the state whose ENIs are shown
 * @param addresses is the state whose addresses and groups are shown
 */
record Metadata(Instance instance, CloudState now, CloudState interfaces, CloudState addresses) {

  MetadataEntry.Folder root(Credentials credentials) {
    return new FolderBuilder()
        .folder("meta-data", metaData(credentials))
        .folder(
            "dynamic",
            new FolderBuilder()
                .folder(
                    "instance-identity", new FolderBuilder().leaf("document", identityDocument())))
        .folder();
  }

  private FolderBuilder metaData(Credentials credentials) {
    var primary = now.primaryEniOf(instance.id());
    var tree =
        new FolderBuilder()
            .leaf("ami-id", instance.imageId())
            .leaf("instance-id", instance.id())
            .leaf("instance-type", instance.type())
            .leaf("reservation-id", instance.reservationId())
            .folder("placement", placement())
            .folder(
                "services",
                new FolderBuilder().leaf("domain", "amazonaws.com").leaf("partition", "aws"))
            .folder(
                "network",
                new FolderBuilder()
                    .folder("interfaces", new FolderBuilder().folder("macs", macs())));
    primary.ifPresent(eni -> ofPrimary(tree, eni));
    instance.role().ifPresent(role -> tree.folder("iam", iam(role, credentials)));
    return tree;
  }

  private static void ofPrimary(FolderBuilder tree, Eni eni) {
    tree.leaf("mac", eni.mac());
    eni.primary()
        .ifPresent(
            ip ->
                tree.leaf("local-ipv4", ip)
                    .leaf("local-hostname", eni.dnsName(ip))
                    .leaf("hostname", eni.dnsName(ip)));
    eni.publicIp().ifPresent(ip -> tree.leaf("public-ipv4", ip));
    eni.ipv6().stream().findFirst().ifPresent(ip -> tree.leaf("ipv6", ip));
  }

  private FolderBuilder placement() {
    return new FolderBuilder()
        .leaf("availability-zone", instance.zone())
        .leaf("region", now.region());
  }

  private FolderBuilder iam(String role, Credentials credentials) {
    return new FolderBuilder()
        .leaf("info", credentials.info(now.account(), role))
        .folder("security-credentials", new FolderBuilder().leaf(role, credentials.json()));
  }

  private FolderBuilder macs() {
    var shown =
        Stream.concat(
                now.primaryEniOf(instance.id()).stream(),
                interfaces.enisOf(instance.id()).filter(Eni::pluggedIn))
            .distinct();
    var macs = new FolderBuilder();
    shown.forEach(
        eni -> macs.folder(eni.mac(), new InterfaceMetadata(eni, holding(eni), now).tree()));
    return macs;
  }

  /** Returns the ENI with the addresses that IMDS knows of by now, which may be none yet. */
  private Eni holding(Eni shown) {
    Optional<Eni> then = addresses.enis().find(shown.id()).filter(Eni::pluggedIn);
    boolean primary = shown.attachment().filter(at -> at.primary()).isPresent();
    return then.orElseGet(() -> primary ? shown : shown.withoutAddresses());
  }

  private String identityDocument() {
    var ip = now.primaryEniOf(instance.id()).flatMap(Eni::primary).map(Ip::toString).orElse("");
    return Json.object(
        List.of(
            Json.member("accountId", now.account()),
            Json.member("architecture", "x86_64"),
            Json.member("availabilityZone", instance.zone()),
            Json.member("imageId", instance.imageId()),
            Json.member("instanceId", instance.id()),
            Json.member("instanceType", instance.type()),
            Json.member("pendingTime", instance.launchedAt().toString()),
            Json.member("privateIp", ip),
            Json.member("region", now.region()),
            Json.member("version", "2017-09-30")));
  }
}
