/** AWS's own client. The only package that imports it. */
@NullMarked
package io.vpccni.ipamd.ec2.sdk;

import org.jspecify.annotations.NullMarked;
