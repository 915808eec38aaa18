// A counter as most teams would write it in Go: Gin in front, go-redis behind, one INCRBY a request.
// It answers the same increment request with the same JSON as Tallygate, so that one load script drives both.
package main

import (
	"flag"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
)

type increment struct {
	ResourceID  string `json:"resource_id" binding:"required,max=256"`
	CounterType string `json:"counter_type" binding:"required,max=256"`
	Delta       *int64 `json:"delta"`
}

type counter struct {
	ResourceID  string `json:"resource_id"`
	CounterType string `json:"counter_type"`
	Value       int64  `json:"value"`
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "address to listen on")
	redisAddress := flag.String("redis", "127.0.0.1:6379", "address of Redis")
	poolSize := flag.Int("pool-size", 50, "connections to Redis at most")
	flag.Parse()

	store := redis.NewClient(&redis.Options{Addr: *redisAddress, PoolSize: *poolSize, MinIdleConns: *poolSize})
	gin.SetMode(gin.ReleaseMode)
	server := gin.New() // neither logger nor recovery: less work a request than gin.Default()
	server.POST("/api/v1/counter/increment", func(c *gin.Context) {
		var asked increment
		if err := c.ShouldBindJSON(&asked); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		delta := int64(1)
		if asked.Delta != nil {
			delta = *asked.Delta
		}
		value, err := store.IncrBy(c.Request.Context(), asked.CounterType+":"+asked.ResourceID, delta).Result()
		if err != nil {
			c.JSON(http.StatusServiceUnavailable, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusOK, counter{asked.ResourceID, asked.CounterType, value})
	})
	log.Fatal(server.Run(*listen))
}
