# Makes this mount namespace look like a node of its own, says "ready", and holds it until stdin ends.
# Runs in a fresh mount namespace whose propagation is still the machine's. Everything made here is in memory and goes with
# the namespace: whatever kills the simulator, nothing stays on the machine.
# Environment: APP (lines "name=folder" to appear as /opt/vpc-cni/<name>).
set -eu

# Pods made outside must appear here and the other way round, so the folder of namespaces stays shared; nothing else may.
while read -r _ _ _ _ target options; do
  case $target in /run/netns | /run/netns/*) continue ;; esac
  case $options in *' shared:'* | *' master:'*) mount --make-private "$(printf '%b' "$target")" ;; esac
done < /proc/self/mountinfo

mount --move /run/netns /mnt
mount -t tmpfs -o mode=755 node /run
mkdir /run/netns /run/lock /run/.node
mount --move /mnt /run/netns
: > /run/xtables.lock

# Writable, and still with everything the machine has in them.
own() {
  name=$(echo "$1" | tr / -)
  mkdir -p "/run/.node/$name/new" "/run/.node/$name/work"
  mount -t overlay "node$name" -o "lowerdir=$1,upperdir=/run/.node/$name/new,workdir=/run/.node/$name/work" "$1"
}
own /opt
echo "$APP" | while IFS='=' read -r name folder; do
  mkdir -p "/opt/vpc-cni/$name"
  mount --bind "$folder" "/opt/vpc-cni/$name"
done
# On the path, as on a node whose administrator has installed it.
own /usr/local/bin
cat > /usr/local/bin/vpc-cni << 'END'
#!/bin/sh
export JAVA_HOME="${JAVA_HOME:-/opt/vpc-cni/jdk}"
exec /opt/vpc-cni/cli/bin/vpc-cni "$@"
END
chmod 755 /usr/local/bin/vpc-cni
own /etc
own /tmp
own /var/lib
own /var/log

# A runtime stacks overlays of its own on this one, which an overlay cannot carry.
mkdir -p /run/.node/containerd /var/lib/containerd /run/containerd
mount --bind /run/.node/containerd /var/lib/containerd

# What the image of a node brings; nothing of the machine's own pods.
rm -rf /etc/cni /opt/cni /var/lib/cni /var/log/aws-routed-eni
mkdir -p /etc/cni/net.d /opt/cni/bin /var/lib/cni /run/cni
if [ -d /usr/lib/cni ]; then cp /usr/lib/cni/* /opt/cni/bin/; fi

# What kube-proxy has long done when the agent starts: connections are tracked, so that the agent's own ones, which are older than
# its SNAT rules, are not translated half-way.
iptables -w -t nat -N KUBE-POSTROUTING
iptables -w -t nat -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
iptables -w -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
iptables -w -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING

echo ready
# The other end of the pipe is the simulator: this ends with it, however it ends.
exec cat > /dev/null
