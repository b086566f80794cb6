package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.List;
import java.util.SortedMap;

/**
 * An ENI to be created.
 *
 * @param count addresses or prefixes that it gets at once
 * @param token repeating the call with the same one creates nothing new
 */
public record NewEni(
    String description,
    SubnetId subnet,
    List<String> groups,
    AddressKind kind,
    int count,
    SortedMap<String, String> tags,
    EniView.Tracking tracking,
    String token) {
  public NewEni {
    groups = List.copyOf(groups);
  }
}
