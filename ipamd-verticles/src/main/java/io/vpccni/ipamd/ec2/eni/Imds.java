package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import java.util.List;

/** This is what this package needs of IMDS; a future fails with {@link Ec2Refused}. */
public interface Imds {
  Future<NodeFacts> facts();

  Future<List<AttachedEni>> attached();

  /** Returns the MAC addresses of the attached ENIs, for which one key is read. */
  Future<List<String>> macs();

  /** Returns a secondary ENI by its MAC address; fails where IMDS does not show all of it. */
  Future<AttachedEni> eni(String mac);

  /** Returns the ids of the primary ENI's security groups, sorted. */
  Future<List<String>> securityGroups();
}
