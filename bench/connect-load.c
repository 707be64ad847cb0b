/* Opens tunnels through a proxy as fast as it answers: connect, CONNECT, first bytes of the answer, close; and again. With a FILE
 * its bytes are sent through each tunnel, and the site's answer is waited for.
 * connect-load PORT HOST SECONDS CALLERS [FILE] prints {"perSecond":N,"refused":N}. In C, because a load that needs more of the
 * machine than what it measures shows its own limit. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in proxy;
static int poller;
static char question[512];
static char hello[65536];
static size_t helloLength;
/* Whether the hello was sent, by descriptor. */
static char isThrough[65536];

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void begin(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int one = 1;
  if (fd < 0) {
    perror("socket");
    exit(1);
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(fd, (struct sockaddr *)&proxy, sizeof proxy) < 0 && errno != EINPROGRESS) {
    perror("connect");
    exit(1);
  }
  if (fd >= (int)sizeof isThrough) exit(1);
  isThrough[fd] = 0;
  struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

int main(int count, char **given) {
  if (count != 5 && count != 6) return 2;
  if (count == 6) {
    FILE *file = fopen(given[5], "rb");
    if (file == NULL) return 2;
    helloLength = fread(hello, 1, sizeof hello, file);
    fclose(file);
  }
  proxy.sin_family = AF_INET;
  proxy.sin_port = htons((unsigned short)atoi(given[1]));
  inet_pton(AF_INET, "127.0.0.1", &proxy.sin_addr);
  snprintf(question, sizeof question, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", given[2], given[2]);
  poller = epoll_create1(0);
  for (int caller = atoi(given[4]); caller > 0; caller--) begin();
  long done = 0, refused = 0;
  double counted = now() + 0.5, until = counted + atof(given[3]);
  int isCounting = 0;
  struct epoll_event events[256];
  char answer[4096];
  while (now() < until) {
    if (!isCounting && now() >= counted) {
      isCounting = 1;
      done = refused = 0;
    }
    int ready = epoll_wait(poller, events, 256, 100);
    for (int at = 0; at < ready; at++) {
      int fd = events[at].data.fd;
      if (events[at].events & EPOLLOUT) {
        if (write(fd, question, strlen(question)) > 0) {
          struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
          epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
          continue;
        }
      }
      long got = read(fd, answer, sizeof answer);
      int isAnswer = isThrough[fd] ? got > 0 : got > 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0;
      if (isAnswer && helloLength > 0 && !isThrough[fd]) {
        isThrough[fd] = 1;
        if (write(fd, hello, helloLength) == (ssize_t)helloLength) continue;
        isAnswer = 0;
      }
      if (isAnswer) done++;
      else refused++;
      close(fd);
      begin();
    }
  }
  printf("{\"perSecond\":%ld,\"refused\":%ld}\n", (long)((double)done / atof(given[3])), refused);
  return 0;
}
