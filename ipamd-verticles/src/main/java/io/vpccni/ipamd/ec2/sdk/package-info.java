/** This package has AWS's own client and is the only one that imports it. */
@NullMarked
package io.vpccni.ipamd.ec2.sdk;

import org.jspecify.annotations.NullMarked;
